"""Routines on disk, their digest, and routines written by hand."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.authored import from_authored
from dataset.routines import Behaviour, Routines
from scenarios.errors import UserError
from scenarios.routine import AuthoredRoutines

LAMP_ON = Behaviour(0, 6, "Light", "Light:switch on", 1100, "read")
LAMP_OFF = Behaviour(0, 7, "Light", "Light:switch off", 1300, "read")
POLL = Behaviour(1, 3, "Television", "Television:refresh refresh")
TV_ON = Behaviour(1, 3, "Television", "Television:switch on")


def routines(*sequences: tuple[Behaviour, ...], weeks: float | None = 4.0) -> Routines:
    return Routines.of(sequences, source="a test", provenance="observed", weeks=weeks)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    written = routines((LAMP_ON, LAMP_OFF), (POLL,), (POLL, TV_ON))
    written.write(tmp_path / "deep" / "routines.parquet")
    read = Routines.read(tmp_path / "deep" / "routines.parquet")
    assert list(read.sequences()) == [(LAMP_ON, LAMP_OFF), (POLL,), (POLL, TV_ON)]
    assert (len(read), read.events, read.source, read.provenance, read.weeks) == (
        3, 5, "a test", "observed", 4.0,
    )  # fmt: skip
    assert read.digest == written.digest
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["routines.parquet"]


def test_digest_depends_on_content_alone() -> None:
    base = routines((LAMP_ON, LAMP_OFF), (POLL,))
    elsewhere = Routines.of(base.sequences(), source="elsewhere", provenance="observed", weeks=4.0)
    assert elsewhere.digest == base.digest
    others = [
        routines((LAMP_OFF, LAMP_ON), (POLL,)),
        routines((LAMP_ON,), (LAMP_OFF, POLL)),
        routines((LAMP_ON, LAMP_OFF), (TV_ON,)),
        routines((LAMP_ON, LAMP_OFF), (POLL,), weeks=None),
        routines((LAMP_ON._replace(activity=""), LAMP_OFF), (POLL,)),
    ]
    assert len({base.digest, *(other.digest for other in others)}) == 6


def test_without_polling_renumbers_and_keeps_where_it_came_from() -> None:
    fewer = routines((POLL,), (POLL, TV_ON, POLL, TV_ON), (LAMP_ON,)).without({POLL.action})
    assert list(fewer.sequences()) == [(TV_ON, TV_ON), (LAMP_ON,)]
    assert fewer.table["pos"].to_pylist() == [0, 1, 0]
    assert (fewer.weeks, fewer.provenance) == (4.0, "observed")
    assert fewer.digest == routines((TV_ON, TV_ON), (LAMP_ON,)).digest
    assert len(fewer.without({TV_ON.action, LAMP_ON.action})) == 0


def test_no_sequence_may_be_empty_and_no_field_out_of_range() -> None:
    with pytest.raises(ValueError, match="sequence 1 is empty"):
        routines((LAMP_ON,), (), (TV_ON,))
    with pytest.raises(ValueError, match=r"day 7 is outside 0\.\.6"):
        routines((LAMP_ON._replace(day=7),))
    with pytest.raises(ValueError, match="minute 1440 is outside"):
        routines((LAMP_ON._replace(minute=1440),))


def test_bad_files_give_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "routines.parquet"
    with pytest.raises(UserError, match="does not exist"):
        Routines.read(path)
    path.write_bytes(b"")
    with pytest.raises(UserError, match="is empty"):
        Routines.read(path)
    path.write_text("seq_id,pos\n0,0\n" * 20)
    with pytest.raises(UserError, match="no Parquet file"):
        Routines.read(path)
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(UserError, match="no routines file"):
        Routines.read(path)
    routines().write(path)
    with pytest.raises(UserError, match="holds no routines"):
        Routines.read(path)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_never_read_as_a_shorter_one(tmp_path: Path, kept: float) -> None:
    path = tmp_path / "routines.parquet"
    routines(*[(LAMP_ON, LAMP_OFF)] * 500).write(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(UserError, match="truncated or damaged"):
        Routines.read(path)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "routines.parquet"
    routines((LAMP_ON,)).write(path)

    def disk_full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", disk_full)
    with pytest.raises(OSError, match="no space"):
        routines((TV_ON,)).write(path)
    assert list(Routines.read(path).sequences()) == [(LAMP_ON,)]
    assert len(list(tmp_path.iterdir())) == 1


AUTHORED = AuthoredRoutines.model_validate(
    {
        "provenance": "authored for a test",
        "weeks": 2,
        "routines": [
            {
                "name": "late evening",
                "days": "sun",
                "steps": [
                    {"at": "21:30", "activity": "watch_tv", "minutes": 120,
                     "start": ["Television:switch on"], "end": ["Television:switch off"]},
                    {"at": "23:30", "activity": "read", "minutes": 45,
                     "start": ["Light:switch on"], "end": ["Light:switch off"]},
                    {"at": "00:20", "activity": "sleep", "minutes": 400},
                ],
            },
            {"name": "tea", "days": "mon-fri",
             "steps": [{"at": "16:00", "activity": "drink_tea", "end": ["Light:switch off"]}]},
        ],
    }
)  # fmt: skip


def test_authored_steps_become_behaviours_in_time_order() -> None:
    authored = from_authored(AUTHORED, source="evening.yaml")
    sequences = list(authored.sequences())
    assert (authored.provenance, authored.weeks, len(authored)) == ("authored", 2.0, 6)
    assert [tuple(b) for b in sequences[0]] == [
        (6, 7, "Television", "Television:switch on", 1290, "watch_tv"),
        (6, 7, "Television", "Television:switch off", 1410, "watch_tv"),
        (6, 7, "Light", "Light:switch on", 1410, "read"),
        (0, 0, "Light", "Light:switch off", 15, "read"),  # past midnight: Monday
        (0, 0, "Activity", "Activity:sleep", 20, "sleep"),  # nothing is operated, but it is remembered
    ]
    assert [b.action for b in sequences[1]] == ["Activity:drink_tea", "Light:switch off"]
    assert [s[0].day for s in sequences[1:]] == [0, 1, 2, 3, 4]


def test_an_authored_action_without_a_command_is_refused() -> None:
    text = AUTHORED.model_dump_json().replace("Light:switch on", "Light")
    with pytest.raises(UserError, match="'Light' is no action"):
        from_authored(AuthoredRoutines.model_validate_json(text), source="x")
