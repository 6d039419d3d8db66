"""One simulated day of one resident as a diary that people read line by line."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from evaluation.reading import Log, Run, Taken, read_run, words
from evaluation.spans import OUTSIDE, Doing, doings
from evaluation.wording import command_words, happening_words, third_person, verbs
from scenarios.activity import WAIT
from scenarios.errors import UserError
from scenarios.frozen import clock_text
from scenarios.problems import printable, unknown
from world.audit import PROGRAMME
from world.automations import CAUSE as RULE
from world.contention import Conflict
from world.event import Event, Kind
from world.mind import Basis

WIDTH = 100  # columns
NOTE = 40  # columns before the note in brackets

SETTLED = {
    "waited": "(it is free: {it})",
    "gave_up": "(gives up waiting for {it}, which {who} still had)",
    "yielded": "(leaves {it} to {who})",
    "shared": "(shares {it} with {who})",
    "overrode": "(has {it}, whatever {who} wanted)",
    "agreed": "({who} agrees about {it})",
    "compromised": "(meets {who} half-way about {it})",
}
"""How a conflict ended, for whoever came second."""

Line = tuple[int, str, str, str]
"""(ms, room, what happens, note)."""


def diary(folder: Path, resident: str, day: int, household: str | None = None) -> str:
    """The lines of *day* (0 is the first) in the life of *resident*, an id or a name."""
    run = read_run(folder, household or None, 1)
    return diary_of(run, run.log(household), resident, day)


def diary_of(run: Run, log: Log, resident: str, day: int) -> str:
    """The same of a household that has been read, or has only been lived."""
    who = _resident(run, log, resident)
    start, end = _day(run, day)
    lines = sorted([*_lines(run, log, who, start, end), *_settled(run, log, who, start, end)], key=_when)
    room = max([len(words(line[1])) for line in lines], default=4)
    title = f"{run.names.get(who, who)}, {run.clock.date_of(day):%A %-d %B %Y}"
    place = f"day {day} of {run.scenario.days} in {run.scenario.home.name}"
    heading = f"{title} ({place}{', ' + log.household if run.households > 1 else ''})"
    written = [_written(run, line, room) for line in lines] or ["nothing is known of this day"]
    return "\n".join([printable(heading), "", *written, ""])


def _when(line: Line) -> int:
    return line[0]


def _resident(run: Run, log: Log, resident: str) -> str:
    wanted = resident.strip().lower()
    for who in log.residents:
        if wanted in (who.lower(), run.names.get(who, who).lower()):
            return who
    raise UserError(f"{log.household or run.folder} has {unknown('resident', resident, log.residents)}")


def _day(run: Run, day: int) -> tuple[int, int]:
    if not 0 <= day < run.scenario.days:
        last = run.scenario.days - 1
        dates = f"{run.scenario.start:%-d %B %Y} to {run.clock.date_of(last):%-d %B %Y}"
        raise UserError(f"day {day} is not in this run: it has days 0 to {last} ({dates})")
    return run.clock.midnight(day), run.clock.midnight(day + 1)


def _lines(run: Run, log: Log, who: str, start: int, end: int) -> Iterator[Line]:
    done, known = doings(run, log).get(who, []), verbs(run.catalogue)
    under_way = _now(done, start - 1)
    if under_way is not None and start < under_way.end:
        since = f"since {_clock(run, under_way.start)}"
        yield start, under_way.room, _does(run, under_way, known), since
    begun = {(doing.start, doing.decision): doing for doing in done}
    for event in log.events:
        if not start <= event.time < end:
            continue
        if event.kind is Kind.ACTIVITY and event.actor == who:
            doing = begun[event.time, event.decision]
            yield from _planning(log, doing)
            why = _in_line(run, log, doing) or _why(log.decisions.get(doing.decision))
            yield event.time, doing.room, _does(run, doing, known, _now(done, event.time - 1)), why
        else:
            yield from _event(run, event, who, done, known)


def _does(run: Run, doing: Doing, known: frozenset[str], before: Doing | None = None) -> str:
    text = third_person(run.phrase(doing.activity), known)
    follows = (  # a child who goes after somebody plays on
        before is not None
        and (before.decision, before.activity) == (doing.decision, doing.activity)
        and before.room != doing.room
    )
    return f"back to it: {text}" if doing.again and not follows else text


def _in_line(run: Run, log: Log, doing: Doing) -> str:
    """What somebody waits for, and who has it."""
    if doing.activity != WAIT:
        return ""
    mine = (it for it in log.conflicts if (it.resident, it.decision) == (doing.resident, doing.decision))
    return "; ".join(f"{run.called(it.resource)}: {_names(run, it)}" for it in mine if it.wait_ms)


def _settled(run: Run, log: Log, who: str, start: int, end: int) -> Iterator[Line]:
    """How each conflict of *who* has ended."""
    for conflict in log.conflicts:
        time = conflict.time + conflict.wait_ms
        if who in (conflict.resident, *conflict.others) and start <= conflict.time < end:
            for said in conflict.said:
                yield conflict.time, "", f"{run.names.get(said.who, said.who)}: «{said.words}»", said.answer
        if conflict.resident == who and start <= time < end:
            names = {"it": run.called(conflict.resource), "who": _names(run, conflict)}
            yield time, "", SETTLED[conflict.outcome].format(**names), f"policy {conflict.policy}"


def _names(run: Run, conflict: Conflict) -> str:
    return " and ".join(run.names.get(other, other) for other in conflict.others)


def _why(taken: Taken | None) -> str:
    """'memory: a routine remembered', 'choice of 14: ...'; a model that failed is said so."""
    if taken is None:
        return ""
    failed = f"; the model failed: {taken.fallback}" if taken.fallback else ""
    weighed = max((len(it["options"]) for it in taken.thoughts if it["question"] == "choice"), default=0)
    basis = f"{taken.basis} of {weighed}" if weighed and taken.basis == Basis.CHOICE else taken.basis
    return f"{basis}: {taken.reason}{failed}".removesuffix(": ")


def _planning(log: Log, doing: Doing) -> Iterator[Line]:
    """What was thought about the day, where this step began with planning it."""
    taken = log.decisions.get(doing.decision)
    for thought in taken.thoughts if taken and not doing.again else ():
        if thought["question"] == "plan":
            chosen, options = thought["chosen"], thought["options"]
            plan = options[chosen] if 0 <= chosen < len(options) else "as written by the model"
            of = f" (one of {len(options)})" if len(options) > 1 else ""
            yield doing.start, "", f"makes a plan for the day: {plan}{of}", thought["fallback"]


def _event(run: Run, event: Event, who: str, done: list[Doing], known: frozenset[str]) -> Iterator[Line]:
    name = run.device_name(event.device)
    if event.actor == who and event.kind in (Kind.COMMAND, Kind.DEED):
        words_ = third_person(command_words(event, run.catalogue, name), known)
        yield event.time, "", words_, "reflex" if event.cause == Basis.REFLEX else ""
    elif event.actor == who and event.kind is Kind.REFUSED:
        yield event.time, "", f"tries to {command_words(event, run.catalogue, name)}, in vain", event.value
    elif event.cause.startswith(RULE):
        yield event.time, event.room, *_ruled(event, command_words(event, run.catalogue, name), known)
    elif event.cause == PROGRAMME and _at_home(done, event.time):
        yield event.time, event.room, f"({name} has finished)", ""
    elif event.kind is Kind.HAPPENING and event.actor and event.command == "message":
        yield event.time, "", f"* {run.names.get(event.actor, event.actor)} writes: {event.value}", ""
    elif event.kind is Kind.HAPPENING and event.value:
        whose = run.names.get(event.actor, name)
        yield event.time, event.room, f"* {happening_words(event, whose)}", _notice(done, event.time)


def _ruled(event: Event, what: str, known: frozenset[str]) -> tuple[str, str]:
    """What the home did by itself, and by which rule."""
    rule = f"rule {words(event.cause.removeprefix(RULE))}"
    if event.kind is Kind.REFUSED:
        return f"(the home tries to {what}, in vain)", f"{rule}: {event.value}"
    return f"(the home {third_person(what, known)})", rule


def _now(done: list[Doing], time: int) -> Doing | None:
    return next((doing for doing in reversed(done) if doing.start <= time), None)


def _at_home(done: list[Doing], time: int) -> bool:
    doing = _now(done, time)
    return doing is not None and doing.room != OUTSIDE and not doing.asleep


def _notice(done: list[Doing], time: int) -> str:
    doing = _now(done, time)
    if doing is None or _at_home(done, time):
        return ""
    return "asleep" if doing.asleep else "out"


def _clock(run: Run, time: int) -> str:
    return clock_text(run.clock.local(time)[2])


def _written(run: Run, line: Line, room: int) -> str:
    """One line, or several where it does not fit, with the time and the room in front of the first."""
    time, where, text, note = line
    front = f"{_clock(run, time)}  {printable(words(where)):<{room}}  "
    text = _plain(text)
    body = f"{text:<{NOTE}}  [{_plain(note)}]" if note else text
    return "\n".join(wrap(body, WIDTH, initial_indent=front, subsequent_indent=" " * (len(front) + 2)))


def _plain(text: str) -> str:
    """Text without anything that a terminal would obey."""
    return " ".join(text.split()) if text.isprintable() else repr(" ".join(text.split()))[1:-1]
