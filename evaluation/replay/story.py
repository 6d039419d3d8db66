"""What happened in a household: a row an event, in words."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from dataset.store import read_table
from evaluation.reading import Log, Run, words
from evaluation.replay.packing import Texts, columns
from evaluation.replay.reasons import OUTCOMES, wanted
from evaluation.replay.tracks import UNITS, spoken
from evaluation.spans import OUTSIDE, doings
from evaluation.wording import command_words, happening_words, third_person, verbs
from world.anomaly.window import CAUSE as ANOMALY
from world.audit import PROGRAMME
from world.automations import CAUSE as RULE
from world.event import Event, Kind
from world.mind import Basis
from world.rooms import where

CONFLICT = "conflict"
KINDS = (*(kind for kind in Kind if kind is not Kind.MOVE), CONFLICT)
"""What sort of row it is, by its number."""
NOBODY = -1
SENSED = (Kind.READING, Kind.LOST)

ROW = ("time", "kind", "who", "device", "text", "note", "about", "anomaly")
"""Of a row: when; numbers of kind, person, device, words, note, decision or conflict, and label."""

Words = tuple[str, str]
"""What happened, in words that follow the name of whoever did it; a note."""


class Story:
    """One household's events; numbers stand for people, devices and texts."""

    def __init__(self, run: Run, log: Log, texts: Texts) -> None:
        self._run, self._log, self._number = run, log, texts.number
        self._known = verbs(run.catalogue)
        self._people = {who: number for number, who in enumerate(log.residents)}
        types, places = run.catalogue.devices, run.scenario.home.devices
        self._devices = {
            name: n for n, name in enumerate(name for name in places if places[name].type in types)
        }
        self._doing = {who: iter(done) for who, done in doings(run, log).items()}

    def rows(self) -> dict[str, list[Any]]:
        """All of them in order of time, conflicts too."""
        return columns(sorted([*self._events(), *self._conflicts()], key=itemgetter(0)), *ROW)

    def _events(self) -> Iterator[tuple[int, ...]]:
        labels = read_table(self._run.folder, "oracle", [self._log.index])["anomaly"].to_pylist()
        for event, label in zip(self._log.events, labels, strict=True):
            if event.kind is Kind.MOVE or (told := self._told(event)) is None:
                continue
            actor = "" if event.kind in SENSED else event.actor  # a sensor knows nobody
            about = event.decision if actor else NOBODY
            yield self._row(event.time, event.kind, actor, event.device, told, about, label)

    def _conflicts(self) -> Iterator[tuple[int, ...]]:
        for place, it in enumerate(self._log.conflicts):
            told = wanted(self._run, it), OUTCOMES[it.outcome]
            yield self._row(it.time, CONFLICT, it.resident, it.resource, told, place)

    def _row(
        self, time: int, kind: str, who: str, device: str, told: Words, about: int, label: str | None = ""
    ) -> tuple[int, ...]:
        person, place = self._people.get(who, NOBODY), self._devices.get(device, NOBODY)
        text, note, anomaly = map(self._number, (*told, label or ""))
        return time, KINDS.index(kind), person, place, text, note, about, anomaly

    def _told(self, event: Event) -> Words | None:
        name = self._run.device_name(event.device)
        if event.kind is Kind.ACTIVITY:
            return self._begun(event)
        if event.kind in SENSED:
            return self._sensed(event, name.removeprefix("the "))
        if event.kind is Kind.HAPPENING:
            return self._befell(event, name)
        if event.kind is Kind.REPORT:
            return self._reported(event, name)
        return self._operated(event, name)

    def _begun(self, event: Event) -> Words:
        doing = next(self._doing[event.actor])
        text = third_person(self._run.phrase(event.activity), self._known)
        return f"back to it: {text}" if doing.again else text, "out" if event.room == OUTSIDE else where(
            event.room
        )

    def _sensed(self, event: Event, name: str) -> Words:
        said = f"{name}: {words(event.command)} {event.value} {UNITS.get(event.command, '')}".rstrip()
        return said, f"lost: {words(event.cause)}" if event.kind is Kind.LOST else ""

    def _befell(self, event: Event, device: str) -> Words | None:
        if event.cause == PROGRAMME:
            return f"{device} has finished", ""
        whose = self._run.names.get(event.actor, device)
        return (happening_words(event, whose), words(event.command)) if event.value else None

    def _reported(self, event: Event, name: str) -> Words:
        what = spoken(f"{event.command} {event.value}".rstrip())
        if event.cause == PROGRAMME:
            return f"{name} has finished", f"reports {what}"
        return f"{name} reports {what}", words(event.cause)

    def _operated(self, event: Event, name: str) -> Words:
        """By somebody, or by the home itself."""
        what = command_words(event, self._run.catalogue, name)
        rule = f"rule {words(event.cause.removeprefix(RULE))}" if event.cause.startswith(RULE) else ""
        who = "" if event.actor else "something " if event.cause == ANOMALY else "the home "
        if event.kind is Kind.REFUSED:
            return f"{who}tries to {what}, in vain", event.value
        note = Basis.REFLEX if event.cause == Basis.REFLEX else rule
        return f"{who}{third_person(what, self._known)}", str(note)
