"""TTPE: SmartGuard's three-level time-aware position embedding (order, moment, duration).

PE_i = w_o PE(order_i) + w_d PE(day_i) + w_h PE(slot_i) + w_t PE_dur(duration_i), weights learned.
PE is the sinusoid of Vaswani et al. 2017. PE_dur is linear in the duration, as the released code has it.
Source: SmartGuard (KDD 2024, arXiv 2406.10928) and its code, SmartGuard.py.
"""

import numpy as np
import torch
from torch import Tensor, nn

from evaluation.detectors.windows import DAY, DEVICE, SLOT, Floats, Windows

WEEK = 7 * 24.0  # hours
AT_FIRST = (0.1, 0.4, 0.4, 0.7)  # weights of order, day, slot, duration


def durations(windows: Windows) -> Floats:
    """Hours from each behaviour to the next one of its device, else to the window's last. (N, T).

    A step back in the week is taken for a step into the next week.
    """
    n, t = windows.mask.shape
    moment = 24.0 * windows.field(DAY) + 3.0 * windows.field(SLOT)
    steps = np.diff(moment, axis=1, prepend=moment[:, :1])
    elapsed = np.cumsum(np.where(windows.mask, np.where(steps < 0, steps + WEEK, steps), 0.0), axis=1)
    device = windows.field(DEVICE)
    later = np.triu(np.ones((t, t), bool), 1) & windows.mask[:, None, :]  # (N, T, T): j after i
    again = later & (device[:, :, None] == device[:, None, :])
    ends = np.where(again.any(2), again.argmax(2), windows.mask.sum(1, keepdims=True) - 1)
    found: Floats = np.where(windows.mask, elapsed[np.arange(n)[:, None], ends] - elapsed, 0.0)
    return found


class TimeEmbedding(nn.Module):
    """Positions alone, or with *times* all that TTPE knows."""

    def __init__(self, width: int, times: bool) -> None:
        super().__init__()
        self.frequency: Tensor
        self.register_buffer("frequency", 10000.0 ** (-torch.arange(0, width, 2) / width))  # (C / 2,)
        self.weight = nn.Parameter(torch.tensor(AT_FIRST if times else (1.0,)))

    def forward(self, fields: Tensor, duration: Tensor) -> Tensor:
        """Fields (B, T, 4) and durations in hours (B, T) -> (B, T, C)."""
        order = torch.arange(fields.shape[1], device=fields.device).expand(fields.shape[:2])  # (B, T)
        if len(self.weight) == 1:
            return self.weight * self.wave(order)
        of_order, of_day, of_slot, of_duration = self.weight
        moment = of_day * self.wave(fields[..., DAY]) + of_slot * self.wave(fields[..., SLOT])
        linear: Tensor = (duration[..., None] * self.frequency).repeat_interleave(2, -1)
        position: Tensor = of_order * self.wave(order) + moment + of_duration * linear
        return position

    def wave(self, position: Tensor) -> Tensor:
        """Sines at even places, cosines at odd ones. (B, T) -> (B, T, C)."""
        angle = position[..., None] * self.frequency
        return torch.stack([angle.sin(), angle.cos()], -1).flatten(-2)
