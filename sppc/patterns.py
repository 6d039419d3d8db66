"""Routines as patterns: one compact page for many, and back, nothing lost.

A log says the same things over and over. What recurs is named once, so that most of it costs one token:

    Television: a:setChannel b=on     words: 'Television:setChannel', 'Television on'
    [cook] Stove: c=on                and the activity, where it is known,
    []: d=read                        alone, where no device is used for it
    e=a +3 a                          a motif: three hours later the same again
    Mon 6 A b2 E 21 D                 begun on Monday from six to nine: 'a b' twice, 'e'; from 21 to 24 'd'

A capital begins a piece. Where minutes are known times have them, '6:05 A +5 b :48 A', and waits are
minutes. Motifs are pairs, those that save most replaced first (Re-Pair: Larsson & Moffat, DCC 1999).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count, pairwise, product
from string import ascii_lowercase

from dataset.routines import Behaviour, Routine
from sppc.clock import DAY, SLOT
from sppc.text import DAYS, line, parse

Pair = tuple[str, str]
Symbols = tuple[str, ...]  # words such as ':Light on', motifs such as '=7', and waits such as '+3'

WEEK = 7 * DAY  # minutes
_COMMONEST_FIRST = "etaoinsrhdlcumwfgypbvkjxqz"  # letters whose pairs an LLM reads as one token, most of them
_TIME = re.compile(r"\d\d[:-]\d\d ")
_ALONE = re.compile(r"\[([^:=]+)\]")
_ACTION = re.compile(r"([^:=]+?)(:[^:=]*| \w+)")
_ODD = re.compile(r"([a-z]+) = (.*)")
_WORDS = re.compile(r"([^:=]+): (.*)")
_MOTIFS = re.compile(r"[a-z]+=.*")
_PIECE = re.compile(r"(\d+)?(?::(\d\d))? ([A-Z][a-z]*(?: (?:[a-z]+|\+\d+))*)(\d*)")
_NEXT = re.compile(r" (?=[a-z]+[:=])")


def write(routines: Mapping[Routine, int]) -> str:
    """All routines and how often each was done; `read` reads them back."""
    pieces = sorted(routines)
    bodies, motifs = _motifs([_symbols(piece) for piece in pieces])
    used = Counter(s for s in chain(*bodies, *motifs.values()) if s[0] != "+")
    code = dict(zip((symbol for symbol, _ in used.most_common()), _codes(), strict=False))
    begun = defaultdict[int, list[tuple[int, str, str]]](list)
    for piece, body in zip(pieces, bodies, strict=True):
        times = str(routines[piece]) if routines[piece] > 1 else ""
        begun[piece[0].day].append((*_start(piece), f"{_coded(body, code).capitalize()}{times}"))
    rows = [*_words({word[1:]: code[word] for word in code if word not in motifs})]
    rows += [" ".join(f"{code[motif]}={_coded(pair, code)}" for motif, pair in motifs.items())] * bool(motifs)
    rows += [f"{DAYS[day]} {_timed(sorted(begun[day]))}" for day in sorted(begun)]
    return "".join(f"{row}\n" for row in rows)


def prices(routines: Mapping[Routine, int]) -> dict[Routine, int]:
    """Tokens that each takes in the text of them all, once words and motifs have their names."""
    pieces = sorted(routines)
    bodies, _ = _motifs([_symbols(piece) for piece in pieces])
    return {
        piece: sum(1 + (symbol[0] == "+") for symbol in body) + (routines[piece] > 1)
        for piece, body in zip(pieces, bodies, strict=True)
    }


def read(text: str) -> Counter[Routine]:
    """The routines that `write` wrote, and how often each was done."""
    meaning: dict[str, list[str]] = {}
    found: Counter[Routine] = Counter()
    for row in text.split("\n")[:-1]:
        if odd := _ODD.fullmatch(row):
            meaning[odd[1]] = [f":{odd[2]}"]
        elif words := _WORDS.fullmatch(row):
            meaning |= {code: [f":{word}"] for code, word in _read_words(words[1], words[2])}
        elif _MOTIFS.fullmatch(row):
            for motif in _NEXT.split(row):
                code, _, told = motif.partition("=")
                meaning[code] = _expanded(told, meaning)
        else:
            day, hour = DAYS.index(row[:3]), 0
            for now, minute, body, times in _PIECE.findall(row):
                hour = int(now or hour)
                found[_routine(_expanded(body.lower(), meaning), day, hour, minute)] += int(times or 1)
    return found


def _words(code: Mapping[str, str]) -> Iterator[str]:
    """What the codes of words mean, a row a device; what has no such form on a row of its own."""
    together, odd = defaultdict[str, list[str]](list), []
    for word, name in code.items():
        if found := _ALONE.fullmatch(word):
            together["[]"].append(f"{name}={found[1]}")
        elif found := _ACTION.fullmatch(word):
            together[found[1]].append(f"{name}{'=' if found[2][0] == ' ' else ':'}{found[2][1:]}")
        else:
            odd.append(f"{name} = {word}")
    yield from (f"{device}: {' '.join(told)}" for device, told in together.items())
    yield from odd


def _read_words(device: str, told: str) -> Iterator[tuple[str, str]]:
    for word in _NEXT.split(told):
        code, sign, action = re.split("([:=])", word, maxsplit=1)
        between = " " if sign == "=" else ":"
        yield code, f"[{action}]" if device == "[]" else f"{device}{between}{action}"


def _timed(begun: Iterable[tuple[int, str, str]]) -> str:
    """Each with its time, the hour where it changes: '6:12 A :48 B'."""
    told, before = [], -1
    for hour, minute, body in begun:
        time = f"{'' if hour == before else hour}{minute}"
        told += [time, body] if time else [body]
        before = hour
    return " ".join(told)


def _symbols(routine: Routine) -> Symbols:
    """What is done, and how long after the start of what was done before it, where not at once."""
    exact = _is_exact(routine)
    symbols, before = [], routine[0]
    for behaviour in routine:
        wait = (_clock(behaviour, exact) - _clock(before, exact)) % WEEK
        symbols += [f"+{wait if exact else wait // 60}"] if wait else []
        symbols.append(f":{_word(behaviour, exact)}")
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


def _start(routine: Routine) -> tuple[int, str]:
    """The hour, and the minute where it is known: ':05'."""
    exact = _is_exact(routine)
    hour, minute = divmod(_clock(routine[0], exact) % DAY, 60)
    return hour, f":{minute:02d}" if exact else ""


def _motifs(bodies: Sequence[Symbols]) -> tuple[list[Symbols], dict[str, Symbols]]:
    """*bodies* with pairs replaced by motifs while that saves tokens, and what these stand for."""
    bodies, motifs = list(bodies), dict[str, Symbols]()
    saved, where = Counter[Pair](), defaultdict[Pair, set[int]](set)
    for at, body in enumerate(bodies):
        for pair in pairwise(body):
            saved[pair] += _saving(pair)
            where[pair].add(at)
    while saved and (most := saved.most_common(1)[0])[1] > _saving(most[0]) + 2:  # what to name it costs
        name, best = f"={len(motifs)}", most[0]
        motifs[name] = best
        for at in sorted(where.pop(best)):
            for pair in pairwise(bodies[at]):
                saved[pair] -= _saving(pair)
            bodies[at] = _replaced(bodies[at], best, name)
            for pair in pairwise(bodies[at]):
                saved[pair] += _saving(pair)
                where[pair].add(at)
    return bodies, motifs


def _saving(pair: Pair) -> int:
    """Tokens that a motif saves each time: a wait has two, all else has one."""
    return 1 + (pair[0][0] == "+") + (pair[1][0] == "+")


def _replaced(body: Symbols, pair: Symbols, name: str) -> Symbols:
    symbols: list[str] = []
    for symbol in body:
        if symbols and (symbols[-1], symbol) == pair:
            symbols[-1] = name
        else:
            symbols.append(symbol)
    return tuple(symbols)


def _codes() -> Iterator[str]:
    """'a' to 'z', then two letters, three, and so on."""
    yield from ascii_lowercase
    for length in count(2):
        yield from map("".join, product(_COMMONEST_FIRST, repeat=length))


def _coded(symbols: Symbols, code: Mapping[str, str]) -> str:
    return " ".join(code.get(symbol, symbol) for symbol in symbols)


def _expanded(body: str, meaning: Mapping[str, list[str]]) -> list[str]:
    return [word for symbol in body.split(" ") for word in meaning.get(symbol, [symbol])]


def _routine(symbols: Iterable[str], day: int, hour: int, minute: str) -> Routine:
    clock = day * DAY + hour * 60 + int(minute or 0)
    behaviours: list[Behaviour] = []
    for symbol in symbols:
        if symbol[0] == "+":
            clock += int(symbol) * (1 if minute else 60)
        else:
            behaviours.append(_behaviour(symbol[1:], clock % WEEK, exact=bool(minute)))
    return tuple(behaviours)


def _behaviour(word: str, clock: int, exact: bool) -> Behaviour:
    (told,) = parse(f"Mon {word}" if _TIME.match(word) else f"Mon 00-03 {word}")
    minute = clock % DAY
    return told._replace(day=clock // DAY, slot=minute // SLOT, minute=minute if exact else told.minute)
