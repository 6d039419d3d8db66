"""Routines as compact text for an LLM, and back: 'Mon 06-09 Light on > Blind:windowShade open'.

Weekday and time are written when they change; 'Light on' stands for 'Light:switch on'; ' x3' for three times
the same; '[cook]' for the activity that begins, alone where no device is used. Where minutes are
known the time is '07:12'.
"""

import math
import re
from itertools import groupby
from urllib.parse import quote, unquote

from dataset.routines import ACTIVITY_ONLY, Behaviour, Routine

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_THEN = " > "
_STEP = re.compile(
    r"(?:(?P<day>Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?:(?P<time>\d\d[:-]\d\d) )?"
    r"(?:\[(?P<activity>[^]]*)\](?: |$))?(?:(?P<action>.+?)(?: x(?P<times>\d+))?)?"
)
_TOKEN = re.compile(
    r"[^\w\r\n]?(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+)"  # words, with what is stuck to the front
    r"|\d{1,3}| ?(?:[^\w\s]|_)+[\r\n]*|\s+(?=\s)|\s|\d"
)
_RESERVED = re.compile(r"[%>|\[\]\x00-\x1f\x7f-\x9f\u2028\u2029]| (?=x\d+$)")  # the notation's, and line ends


def tokens(text: str) -> int:
    """Approximate number of LLM tokens: one for six letters of a word, three digits, or a run of other signs.

    Pieces as GPT-4o cuts them; on routines in all our notations within 6 % of its count (docs/sppc.md).
    """
    return sum(math.ceil(len(word) / 6) if word[-1].isalpha() else 1 for word in _TOKEN.findall(text))


def cost(routine: Routine) -> int:
    """Tokens of the routine on a line of its own."""
    return tokens(line(routine) + "\n")


def line(routine: Routine) -> str:
    """The routine in one line; `parse` reads it back, given that minutes lie within their slots."""
    steps, day, time, activity = [], "", "", ""
    for behaviour, repeats in groupby(routine):
        now, times = (DAYS[behaviour.day], _time(behaviour)), len(list(repeats))
        words = [now[0]] if now[0] != day else []
        words += [now[1]] if words or now[1] != time else []
        alone = times == 1 and _is_activity_alone(behaviour)
        words += [f"[{_escape(behaviour.activity)}]"] if alone or behaviour.activity != activity else []
        words += [] if alone else [_short(behaviour)]
        words += [f"x{times}"] if times > 1 else []
        steps.append(" ".join(words))
        (day, time), activity = now, behaviour.activity
    return _THEN.join(steps)


def parse(text: str) -> Routine:
    """The routine that `line` wrote."""
    behaviours: list[Behaviour] = []
    day, time, activity = "", "", ""
    for step in text.split(_THEN):
        found = _STEP.fullmatch(step)
        if found is not None:
            day, time = found["day"] or day, found["time"] or time
        if found is None or not (day and time and (found["action"] or found["activity"])):
            raise ValueError(f"{step!r} is no step of a routine; expected such as 'Mon 06-09 Light on'")
        activity = activity if found["activity"] is None else unquote(found["activity"])
        action = found["action"] or f"{ACTIVITY_ONLY}:{_escape(activity)}"
        behaviour = _behaviour(DAYS.index(day), time, action, activity)
        behaviours += [behaviour] * int(found["times"] or 1)
    return tuple(behaviours)


def _time(behaviour: Behaviour) -> str:
    if behaviour.minute >= 0:
        return f"{behaviour.minute // 60:02d}:{behaviour.minute % 60:02d}"
    return f"{behaviour.slot * 3:02d}-{behaviour.slot * 3 + 3:02d}"


def _escape(name: str) -> str:
    return _RESERVED.sub(lambda found: quote(found[0], safe=""), name)


def _is_activity_alone(behaviour: Behaviour) -> bool:
    _, _, device, action, _, activity = behaviour
    return activity != "" and (device, action) == (ACTIVITY_ONLY, f"{ACTIVITY_ONLY}:{activity}")


def _short(behaviour: Behaviour) -> str:
    device, action = _escape(behaviour.device), _escape(behaviour.action)
    prefix, colon, command = action.partition(":")
    if not colon or prefix != device:
        return f"{device}|{action}"
    word = command.removeprefix("switch ")
    return f"{device} {word}" if word != command and re.fullmatch(r"\w+", word) else action


def _behaviour(day: int, time: str, text: str, activity: str) -> Behaviour:
    if "|" in text:
        device, _, action = text.partition("|")
    elif ":" in text:
        device, action = text.partition(":")[0], text
    else:
        device, _, word = text.rpartition(" ")
        action = f"{device}:switch {word}"
    first, last = int(time[:2]), int(time[3:])
    minute = first * 60 + last if ":" in time else -1
    return Behaviour(day, first // 3, unquote(device), unquote(action), minute, activity)
