"""The tables of a dataset folder: who knows what.

`events` is what a real installation would log: no resident, no activity, no cause, and ids that do not
tell how much went unseen. `oracle` is the truth about every event, those that no log would show and the
readings that were lost too. They meet in `oracle.event`. `behaviours` is of the truth as well: where people
were and what they used a telephone for, which no home would know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

VERSION = "5"

TableName = Literal["events", "oracle", "decisions", "conflicts", "sequences", "behaviours"]

_INSTANT = pa.timestamp("ms", tz="UTC")


def _schema(**types: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, type_) for name, type_ in types.items()])


_THOUGHT = pa.struct(
    [
        pa.field("question", pa.string()),  # 'plan' or 'choice'
        pa.field("options", pa.list_(pa.string())),
        pa.field("prior", pa.list_(pa.float64())),  # log-probabilities
        pa.field("evidence", pa.list_(pa.float64())),  # nats
        pa.field("chosen", pa.int32()),
        pa.field("replies", pa.list_(pa.string())),  # keys into the journal
        pa.field("prompt_tokens", pa.int32()),
        pa.field("completion_tokens", pa.int32()),
        pa.field("repairs", pa.int32()),
        pa.field("fallback", pa.string()),
    ]
)

_SAID = pa.struct(
    [
        pa.field("who", pa.string()),
        pa.field("answer", pa.string()),  # 'propose', 'compromise', 'agree', ...
        pa.field("words", pa.string()),
    ]
)

SCHEMAS: Mapping[TableName, pa.Schema] = {
    "events": _schema(
        id=pa.int32(),  # within the household, counting observable events only
        household=pa.string(),
        time=_INSTANT,
        local=pa.timestamp("ms"),  # the clock on the wall of the home
        kind=pa.string(),  # 'command', 'report' or 'reading'
        device=pa.string(),
        type=pa.string(),
        room=pa.string(),  # where the device stands
        command=pa.string(),  # of a reading: the quantity, 'motion'
        value=pa.string(),  # of a reading: 'active', '21.4'
    ),
    "oracle": _schema(
        id=pa.int32(),  # within the household, counting every event
        household=pa.string(),
        event=pa.int32(),  # `events.id`; null where nothing was observable
        time=_INSTANT,
        time_ms=pa.int64(),  # since the first local midnight
        kind=pa.string(),
        actor=pa.string(),
        room=pa.string(),
        device=pa.string(),
        type=pa.string(),
        command=pa.string(),
        value=pa.string(),
        activity=pa.string(),
        cause=pa.string(),
        decision=pa.int32(),  # `decisions.id`; -1 where nobody decided
        anomaly=pa.string(),
    ),
    "decisions": _schema(
        id=pa.int32(),
        household=pa.string(),
        resident=pa.string(),
        time=_INSTANT,
        cause=pa.string(),  # why the mind was asked
        basis=pa.string(),  # what the decision rests on
        activity=pa.string(),
        room=pa.string(),
        until=_INSTANT,
        reason=pa.string(),
        asleep=pa.bool_(),
        resume=pa.bool_(),
        thoughts=pa.list_(_THOUGHT),
        prompt_tokens=pa.int32(),
        completion_tokens=pa.int32(),
        repairs=pa.int32(),
        fallback=pa.string(),  # why the model's answer could not be used; '' when it could
    ),
    "conflicts": _schema(
        household=pa.string(),
        time=_INSTANT,
        resident=pa.string(),  # who wanted it
        with_=pa.list_(pa.string()),  # residents who had it
        resource=pa.string(),
        kind=pa.string(),  # 'room', 'device' or 'setting'
        policy=pa.string(),
        wait_ms=pa.int64(),
        outcome=pa.string(),
        decision=pa.int32(),  # `decisions.id` of who wanted it
        said=pa.list_(_SAID),  # where they talked it over, in turn
    ),
    "sequences": _schema(
        household=pa.string(),
        start=_INSTANT,
        day=pa.list_(pa.int8()),
        slot=pa.list_(pa.int8()),
        device=pa.list_(pa.string()),
        action=pa.list_(pa.string()),
    ),
    "behaviours": _schema(
        household=pa.string(),
        person=pa.string(),
        time=_INSTANT,
        local=pa.timestamp("ms"),
        weekday=pa.int8(),  # Monday = 0, by the local clock
        domain=pa.string(),  # 'mobility' or 'phone'
        location=pa.string(),  # a kind of place, 'home' or 'on_the_way'
        intent=pa.string(),
        lasts_ms=pa.int64(),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a run was made from; every file of it says so."""

    scenario: str
    fingerprint: str  # of everything that the run depends on
    seed: int
    model: str = ""  # '' = no LLM

    def metadata(self) -> dict[str, str]:
        """As the metadata of a Parquet schema."""
        return {
            "homefolk.schema": VERSION,
            "homefolk.scenario": self.scenario,
            "homefolk.fingerprint": self.fingerprint,
            "homefolk.seed": str(self.seed),
            "homefolk.model": self.model,
        }
