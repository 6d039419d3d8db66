"""SmartGuard written behaviour by behaviour and window by window, to hold the vectorised one against.

`Loops` does times, masks and losses in Python loops, the Transformer takes a batch; `OneByOne` takes each
window through the Transformer on its own too. Written from the formulas in `evaluation.detectors`.
"""

import math
import multiprocessing
import resource
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from time import process_time

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from evaluation.detectors.published import read_published
from evaluation.detectors.smartguard import Config, SmartGuard
from evaluation.detectors.train import Training, learn
from evaluation.detectors.windows import ACTION, Windows

Window = list[list[int]]
"""(day, slot, device, action) of ten behaviours."""

Losses = dict[int, list[float]]
"""The losses of each action."""


def hours(window: Window) -> list[float]:
    """Hours from each behaviour to the next one of its device, else to the last."""
    elapsed = [0.0]
    for before, now in pairwise(window):
        step = 24.0 * (now[0] - before[0]) + 3.0 * (now[1] - before[1])
        elapsed.append(elapsed[-1] + (step + 168.0 if step < 0 else step))
    found = []
    for place, behaviour in enumerate(window):
        end = len(window) - 1
        for later in range(place + 1, len(window)):
            if window[later][2] == behaviour[2]:
                end = later
                break
        found.append(elapsed[end] - elapsed[place])
    return found


def wave(position: float, width: int) -> Tensor:
    """The sinusoid of one position. (C,)."""
    angles = [position * 10000.0 ** (-2 * k / width) for k in range(width // 2)]
    return torch.tensor([f(angle) for angle in angles for f in (math.sin, math.cos)])


def embedded(model: SmartGuard, window: Window) -> Tensor:
    """Action and TTPE of one window. (T, C)."""
    of_order, of_day, of_slot, of_duration = model.time.weight
    width, told = model.config.width, []
    for place, (behaviour, duration) in enumerate(zip(window, hours(window), strict=True)):
        linear = [duration * 10000.0 ** (-2 * k / width) for k in range(width // 2) for _ in range(2)]
        time = of_order * wave(place, width) + of_day * wave(behaviour[0], width)
        time = time + of_slot * wave(behaviour[1], width) + of_duration * torch.tensor(linear)
        told.append(model.embed.weight[behaviour[3]] + time)
    return torch.stack(told)


def hidden_places(window: Window, hard: dict[int, float], share: float) -> list[bool]:
    """The behaviours of one window whose actions were told worst."""
    order = sorted(range(len(window)), key=lambda place: -hard[window[place][3]])
    chosen = order[: int(share * len(window) + 1e-9)]
    return [place in chosen for place in range(len(window))]


def epoch_of_loops(
    model: SmartGuard, windows: Sequence[Window], batch: int, hard: dict[int, float] | None, at_once: bool
) -> dict[int, float]:
    """One epoch; the mean loss of each action. *at_once*: the Transformer takes the batch."""
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    seen: Losses = defaultdict(list)
    for first in range(0, len(windows), batch):
        part = windows[first : first + batch]
        optimiser.zero_grad()
        for group in [part] if at_once else [[window] for window in part]:
            told = batch_loss(model, group, hard, seen)
            (told * len(group) / len(part)).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return {action: sum(losses) / len(losses) for action, losses in seen.items()}


def batch_loss(
    model: SmartGuard, windows: Sequence[Window], hard: dict[int, float] | None, seen: Losses
) -> Tensor:
    """The loss that counts, mean over windows; all losses are noted in *seen*."""
    x = torch.stack([embedded(model, window) for window in windows])
    nothing = [[False] * len(window) for window in windows]
    hidden = [hidden_places(window, hard, 0.2) for window in windows] if hard else nothing
    out = model.to_logits(model.transformer(x, torch.tensor(nothing), torch.tensor(hidden)))
    counted = []
    for number, window in enumerate(windows):
        for place, behaviour in enumerate(window):
            loss = F.cross_entropy(out[number, place], torch.tensor(behaviour[3]))
            seen[behaviour[3]].append(loss.item())
            if hidden[number][place] or not hard:
                counted.append(loss)
    return torch.stack(counted).mean()


def vectorised(windows: Windows, validation: Windows, config: Config, epochs: int) -> float:
    """CPU seconds of an epoch; a few validation windows, since the loops have none."""
    model = SmartGuard(windows.sizes[ACTION], config)
    training = Training(epochs, config.batch, hidden=0.2, plain_epochs=1)
    started = process_time()
    learn(model, windows, validation.rows(slice(1)), training, seed=0)
    return (process_time() - started) / epochs


def looped(windows: Windows, config: Config, epochs: int, at_once: bool) -> float:
    """CPU seconds of an epoch."""
    torch.manual_seed(0)
    model = SmartGuard(windows.sizes[ACTION], config)
    lists, hard = windows.fields.tolist(), None
    started = process_time()
    for _ in range(epochs):
        hard = epoch_of_loops(model, lists, config.batch, hard, at_once)
    return (process_time() - started) / epochs


VERSIONS = ("vectorised", "loops around a batch", "one window at a time")


def measure(data: Path, name: str, version: str, epochs: int) -> tuple[float, float]:
    """CPU seconds an epoch and MB beyond what Python and the data take, in a process of its own."""
    torch.set_num_threads(1)
    logs, config = read_published(data, name), Config()
    before = peak_megabytes()
    if version == "vectorised":
        seconds = vectorised(logs.train, logs.validation, config, epochs)
    else:
        seconds = looped(logs.train, config, epochs, at_once=version == VERSIONS[1])
    return seconds, peak_megabytes() - before


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


def print_cost(data: Path, sets: Sequence[str], epochs: int) -> None:
    """A table; one thread. An epoch before LDMS hides anything, then those in which it does."""
    print("| set | version | CPU seconds an epoch | MB |\n| --- | --- | --- | --- |")
    context = multiprocessing.get_context("spawn")
    for name in sets:
        for version in VERSIONS:
            with context.Pool(1) as pool:
                seconds, memory = pool.apply(measure, (data, name, version, epochs))
            print(f"| {name.upper()} | {version} | {seconds:.1f} | {memory:,.0f} |", flush=True)
