"""Routines as patterns: one compact page for many, and back, nothing lost.

A log says the same things over and over. What recurs is named once, so that most of it costs one token:

    a: Television:setChannel        a word: device and action, and the activity where known
    b: Light on
    c=a +3 a                        a motif: three hours later the same again
    Mon 06                          pieces below began once, on Monday from six to nine
    a b
    c:06 Mon2 Tue,21 Sat            this one began twice on Mondays, once on a Tuesday, once on a Saturday

Where minutes are known a piece begins at '06:12' and '+3' are minutes. Motifs are pairs, the most frequent
replaced first (Re-Pair: Larsson & Moffat, DCC 1999).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, pairwise, product
from string import ascii_letters, ascii_lowercase

from dataset.routines import Behaviour, Routine
from sppc.clock import DAY, SLOT
from sppc.text import DAYS, line, parse

Symbols = tuple[str, ...]  # words such as ': Light on', motifs such as '=7', and waits such as '+3'
Times = Mapping[tuple[str, int], int]  # when a pattern began, time and weekday, and how often

WEEK = 7 * DAY  # minutes
WORTH = 5  # times that a pair must occur: to name it costs four tokens, to use it saves one
_TIME = re.compile(r"\d\d[:-]\d\d ")
_DEFINITION = re.compile(r"([A-Za-z]+)(: |=)(.*)")
_HEADING = re.compile(rf"({'|'.join(DAYS)}) (\d\d(?::\d\d)?)")
_DAY = re.compile(r"([A-Z][a-z]{2})(\d*)")


def write(routines: Mapping[Routine, int]) -> str:
    """All routines and how often each was done; `read` reads them back."""
    times: dict[Symbols, Counter[tuple[str, int]]] = defaultdict(Counter)
    for routine in sorted(routines):
        times[_symbols(routine)][_start(routine), routine[0].day] += routines[routine]
    bodies, motifs = _motifs(list(times))
    used = Counter(s for body in (*bodies, *motifs.values()) for s in body if s[0] != "+")
    code = dict(zip((symbol for symbol, _ in used.most_common()), _codes(), strict=False))
    rows = [f"{code[word]}{word}" for word in code if word not in motifs]
    rows += [f"{code[motif]}={_coded(pair, code)}" for motif, pair in motifs.items()]
    rows += _occurrences([_coded(body, code) for body in bodies], list(times.values()))
    return "".join(f"{row}\n" for row in rows)


def read(text: str) -> Counter[Routine]:
    """The routines that `write` wrote, and how often each was done."""
    meaning: dict[str, list[str]] = {}
    found: Counter[Routine] = Counter()
    time, day = "", 0
    for row in text.split("\n")[:-1]:
        if definition := _DEFINITION.fullmatch(row):
            name, sign, told = definition.groups()
            meaning[name] = [f": {told}"] if sign == ": " else _expanded(told, meaning)
        elif heading := _HEADING.fullmatch(row):
            day, time = DAYS.index(heading[1]), heading[2]
        else:
            body, _, told = row.partition(":")
            for (start, weekday), times in (_read_times(told) if told else {(time, day): 1}).items():
                found[_routine(_expanded(body, meaning), start, weekday)] += times
    return found


def _symbols(routine: Routine) -> Symbols:
    """What is done, and how long after the start of what was done before it, where not at once."""
    exact = _is_exact(routine)
    symbols, before = [], routine[0]
    for behaviour in routine:
        wait = (_clock(behaviour, exact) - _clock(before, exact)) % WEEK
        symbols += [f"+{wait if exact else wait // 60}"] if wait else []
        symbols.append(f": {_word(behaviour, exact)}")
        before = behaviour
    return tuple(symbols)


def _is_exact(routine: Routine) -> bool:
    """Whether all minutes are known and lie in their slots."""
    return all(b.minute // SLOT == b.slot for b in routine)


def _clock(behaviour: Behaviour, exact: bool) -> int:
    """Minute of the week, or that at which the slot begins."""
    return behaviour.day * DAY + (behaviour.minute if exact else behaviour.slot * SLOT)


@lru_cache(1 << 16)
def _word(behaviour: Behaviour, exact: bool) -> str:
    """What is done; with its minute where that cannot be told from the start of the piece."""
    _, _, text = line((behaviour,)).partition(" ")
    return text if behaviour.minute >= 0 and not exact else text.partition(" ")[2]


def _start(routine: Routine) -> str:
    minute = _clock(routine[0], _is_exact(routine)) % DAY
    return f"{minute // 60:02d}" + (f":{minute % 60:02d}" if _is_exact(routine) else "")


def _motifs(bodies: Sequence[Symbols]) -> tuple[list[Symbols], dict[str, Symbols]]:
    """*bodies* with frequent pairs replaced by motifs, and what these stand for."""
    bodies, motifs = list(bodies), dict[str, Symbols]()
    pairs = Counter(pair for body in bodies for pair in pairwise(body))
    while pairs and (most := pairs.most_common(1)[0])[1] >= WORTH:
        name, pair = f"={len(motifs)}", most[0]
        motifs[name] = pair
        for at, body in enumerate(bodies):
            if pair[0] in body and pair[1] in body:
                bodies[at] = _replaced(body, pair, name)
                pairs.subtract(pairwise(body))
                pairs.update(pairwise(bodies[at]))
    return bodies, motifs


def _replaced(body: Symbols, pair: Symbols, name: str) -> Symbols:
    symbols: list[str] = []
    for symbol in body:
        if symbols and (symbols[-1], symbol) == pair:
            symbols[-1] = name
        else:
            symbols.append(symbol)
    return tuple(symbols)


def _codes() -> Iterator[str]:
    """'a' to 'Z', then two letters, three, and so on: an LLM reads most of two letters as one token."""
    yield from ascii_letters
    for length in count(1):
        yield from map("".join, product(ascii_letters, *[ascii_lowercase] * length))


def _coded(symbols: Symbols, code: Mapping[str, str]) -> str:
    return " ".join(code.get(symbol, symbol) for symbol in symbols)


def _expanded(body: str, meaning: Mapping[str, list[str]]) -> list[str]:
    return [word for symbol in body.split() for word in meaning.get(symbol, [symbol])]


def _occurrences(bodies: Sequence[str], times: Sequence[Times]) -> Iterator[str]:
    """Under a heading what began once at a time when others did so too; on a row of its own the rest."""
    together: dict[tuple[str, int], list[str]] = defaultdict(list)
    for body, starts in zip(bodies, times, strict=True):
        if sum(starts.values()) == 1:
            together[next(iter(starts))].append(body)
    for (time, day), under in sorted(together.items()):
        if len(under) > 1:
            yield from (f"{DAYS[day]} {time}", *under)
    for body, starts in zip(bodies, times, strict=True):
        if sum(starts.values()) > 1 or len(together[next(iter(starts))]) == 1:
            yield f"{body}:{_times(starts)}"


def _times(starts: Times) -> str:
    days: dict[str, list[str]] = defaultdict(list)
    for (time, day), times in sorted(starts.items()):
        days[time].append(f"{DAYS[day]}{times if times > 1 else ''}")
    return ",".join(f"{time} {' '.join(on)}" for time, on in days.items())


def _read_times(text: str) -> Counter[tuple[str, int]]:
    starts: Counter[tuple[str, int]] = Counter()
    for part in text.split(","):
        time, *days = part.split(" ")
        for name, times in _DAY.findall(" ".join(days)):
            starts[time, DAYS.index(name)] += int(times or 1)
    return starts


def _routine(symbols: Iterable[str], start: str, day: int) -> Routine:
    hour, colon, minute = start.partition(":")
    clock = day * DAY + int(hour) * 60 + int(minute or 0)
    behaviours: list[Behaviour] = []
    for symbol in symbols:
        if symbol[0] == "+":
            clock += int(symbol) * (1 if colon else 60)
        else:
            behaviours.append(_behaviour(symbol[2:], clock % WEEK, exact=bool(colon)))
    return tuple(behaviours)


def _behaviour(word: str, clock: int, exact: bool) -> Behaviour:
    (told,) = parse(f"Mon {word}" if _TIME.match(word) else f"Mon 00-03 {word}")
    minute = clock % DAY
    return told._replace(day=clock // DAY, slot=minute // SLOT, minute=minute if exact else told.minute)
