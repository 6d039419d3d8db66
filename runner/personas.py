"""What people of a drawn household remember: an authored week by their own hours, or a way of life in a log.

Nothing is trained for a person. A log is weighed once, and few ways of life stand for all who live by them.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from dataset.atomic import write_text
from dataset.authored import from_authored
from dataset.routines import Routines
from runner.memories import cache_folder, chance_of, later_than, method, sources, with_own
from scenarios.catalogue import Catalogue
from scenarios.chance import Chance
from scenarios.course import remembering
from scenarios.errors import UserError
from scenarios.loading import load_routines_file
from scenarios.resident import MemorySource, Profile
from scenarios.rhythm import rhythm_of
from scenarios.routine import AuthoredRoutines
from scenarios.scenario import Scenario
from sppc.clock import Floats
from sppc.compress import Pieces, pieces_of, remember
from sppc.memory import Memory
from sppc.personas import Ways, memory_like, ways_of
from sppc.stitching import stitched

WHOLE = 100_000  # tokens: nobody writes a week so long, so nothing is left out and nothing trained
HELD = 128  # memories of logs at once: the variants of all ways of one
FEW = 24  # authored weeks at once; seldom do two people live the same at the same hours


class Personas:
    """Makes the memories of people, and once what they share."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._authored = lru_cache(64)(self._read)
        self._ways = lru_cache(2)(self._found)
        self._alike = lru_cache(HELD)(self._like)
        self._whole: dict[str, Memory] = {}

    def __reduce__(self) -> tuple[type["Personas"], tuple[Catalogue]]:
        """What it has made so far stays where it is."""
        return Personas, (self._catalogue,)

    def of(self, scenario: Scenario) -> dict[str, Memory]:
        """The memory of everybody in a drawn household who has routines."""
        known = sources(scenario)
        found = {key: self._memory(who, known.get(key)) for key, who in remembering(scenario)}
        return {who: memory for who, memory in found.items() if memory is not None}

    def ways(self, file: str) -> Ways:
        """The ways of life in the log at *file*."""
        return self._ways(file)

    @cached_property
    def _polling(self) -> frozenset[str]:
        return self._catalogue.polling()

    def _memory(self, who: Profile, source: MemorySource | None) -> Memory | None:
        if source is not None and not is_authored(source.routines):
            return self._by_own_hours(who, source)
        log = None
        if source is not None:
            name = Path(source.routines).name
            log = from_authored(self._authored(source.routines), source=name, lived=rhythm_of(who))
        whole = with_own(log, who)
        return None if whole is None else self._kept_whole(whole)

    def _by_own_hours(self, who: Profile, source: MemorySource) -> Memory:
        """A way of life keeps its clock, until somebody comes to get up at another time than it does."""
        way, variant = self.ways(source.routines).variant(source.like or 0.0)
        asked = source.routines, way, variant, source.budget
        memory = self._alike(*asked, 0)
        up = round(memory.quiet_window(source.sleep) + 60 * source.sleep)
        hours = round(later_than(who, up) / 60)
        return self._alike(*asked, 60 * hours) if hours else memory

    def _kept_whole(self, routines: Routines) -> Memory:
        """People who live the same week at the same hours share its memory."""
        key = routines.digest
        if key not in self._whole:
            if len(self._whole) >= FEW:
                self._whole.clear()
            self._whole[key] = remember(routines, WHOLE, Chance(0), self._polling)
        return self._whole[key]

    def _like(self, file: str, way: int, variant: int, budget: int, moved: int) -> Memory:
        return memory_like(self.ways(file), way, variant, budget, moved)

    def _read(self, file: str) -> AuthoredRoutines:
        return load_routines_file(Path(file), self._catalogue)

    def _found(self, file: str) -> Ways:
        path = Path(file)
        if not path.is_absolute():
            raise UserError(f"{path.name} is not at hand; go on with the command that began the run")
        log = Routines.read(path)
        streams, often = stitched(log, self._polling)
        return ways_of(_kept(pieces_of(streams, self._polling, chance_of(log)), self._polling), often)


def is_authored(file: str) -> bool:
    """Whether somebody wrote the routines in *file*; else they are a log."""
    return Path(file).suffix in (".yaml", ".yml")


@dataclass(frozen=True, eq=False)
class _Kept(Pieces):
    """Pieces whose importance lies in the user's cache, once they were weighed."""

    key: str

    @cached_property
    def importance(self) -> Floats:
        """Of each cut piece, nats a behaviour."""
        cached = cache_folder() / f"{self.key}.json"
        with suppress(OSError, ValueError):
            nats = np.array(json.loads(cached.read_text(encoding="utf-8")), dtype=np.float64)
            if nats.shape == (len(self.cut),):
                return nats
        nats = super().importance
        with suppress(OSError):
            write_text(cached, json.dumps(nats.tolist()))
        return nats


def _kept(pieces: Pieces, polling: frozenset[str]) -> Pieces:
    key = "\n".join([method(), pieces.routines.digest, "importance", *sorted(polling)])
    parts: Mapping[str, Any] = {name: getattr(pieces, name) for name in Pieces.__dataclass_fields__}
    return _Kept(**parts, key=sha256(key.encode()).hexdigest()[:32])
