"""Whatever is in a file: its rows come in or are counted as left out, or one sentence says why not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataset.importing import Choices, import_log
from dataset.routines import Routines
from dataset.vocabulary import Vocabulary
from scenarios.errors import UserError

SOUND = {
    "casas": b"2009-10-16 22:10:00.5 M003 ON Sleep begin\n2009-10-16 22:11:00 D001 OPEN\n",
    "kasteren": b"house,duration_s,sensor_id,sensor,start\nA,3,24,door,2008-02-25 07:20:14\n",
    "home-assistant": b"entity_id,state,last_changed\nlight.x,off,2024-05-01T05:00:00Z\n"
    b"light.x,on,2024-05-01T05:01:00Z\n",
    "home-assistant json": json.dumps(
        [[{"entity_id": "light.x", "state": state, "last_changed": f"2024-05-01T05:0{n}:00Z"}
          for n, state in enumerate(("off", "on", "off"))]]
    ).encode(),
}  # fmt: skip

MORSELS = st.sampled_from(
    [b"\0", b"\n", b"\r", b'"', b",", b" ", b"\xff", b"[", b"]", b"{", b"}", b"-", b"9" * 30, b":",
     b"\xef\xbb\xbf", b"begin",
     b"nan", b"inf", b"1e400", b"unavailable", b"\xe2\x80\xa8", b"=", b"{}", b"on" * 20_000]
)  # fmt: skip


def comes_in_or_is_refused(form: str, path: Path) -> None:
    try:
        routines, report = import_log(form, path)
    except UserError as error:
        assert str(path) in str(error), error
        return
    assert report.read == report.kept + sum(report.dropped.values())
    assert report.kept == routines.events == sum(map(len, routines.sequences())) > 0


def test_a_carriage_return_in_the_midst_of_a_line(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b',\r[{"entity_id": "light.x"}]\n')
    with pytest.raises(UserError, match="the first line must name the columns"):
        import_log("home-assistant", tmp_path / "log")


@pytest.mark.parametrize("form", SOUND)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_text(tmp_path: Path, form: str, data: Any) -> None:
    text = SOUND[form] * 3
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(start + data.draw(st.integers(0, 3)), len(text))
        text = text[:start] + data.draw(MORSELS) + text[end:]
    path = tmp_path / "log"
    path.write_bytes(text[: data.draw(st.integers(0, len(text)))] if data.draw(st.booleans()) else text)
    comes_in_or_is_refused(form.split()[0], path)


@pytest.mark.parametrize("form", ["casas", "kasteren", "home-assistant"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=300))
def test_noise(tmp_path: Path, form: str, noise: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(noise)
    comes_in_or_is_refused(form, path)


FR = Vocabulary.shipped("fr")
LIGHT_ON = FR.encode(
    next(FR.decode((0, 6, 13, n)) for n, a in enumerate(FR.actions) if a == "Light:switch on")
)


def table(**columns: Any) -> pa.Table:
    names = ("day", "hour", "device", "action")
    sound = {
        "seq_id": [0, 0],
        "pos": [0, 1],
        **{name: [id_] * 2 for name, id_ in zip(names, LIGHT_ON, strict=True)},
    }
    return pa.table({**sound, **columns})


def test_one_sequence_of_one_device(tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "x.parquet")
    routines, report = import_log("smartgen", tmp_path / "x.parquet")
    assert (len(routines), report.kept, report.dropped, report.noted) == (1, 2, {}, {})
    assert {b.action for b in next(routines.sequences())} == {"Light:switch on"}


def test_a_device_that_is_not_the_action_s_is_remarked_on(tmp_path: Path) -> None:
    pq.write_table(table(device=[LIGHT_ON[2], FR.device_ids["Fan"]]), tmp_path / "x.parquet")
    report = import_log("smartgen", tmp_path / "x.parquet").report
    assert report.kept == 2
    assert report.noted == {"name a device that is not the action's own": 1}


def test_truncated_parquet_at_every_length(tmp_path: Path) -> None:
    pq.write_table(table(), tmp_path / "whole.parquet")
    whole, path = (tmp_path / "whole.parquet").read_bytes(), tmp_path / "cut.parquet"
    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        with pytest.raises(UserError, match=r"empty|truncated or damaged"):
            import_log("smartgen", path)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: table(label=["a", "b"]), "column label must hold whole numbers"),
        (lambda: table(label=[1, None]), "column label must hold whole numbers, none missing"),
        (lambda: table(content_id=["a", "b"]), "column content_id must hold whole numbers"),
        (lambda: table(pos=["a", "b"]), "column pos must hold whole numbers"),
        (lambda: table(action=pa.array([2**64 - 1, 0], pa.uint64())), "action -1 in sequence 0 is not in"),
        (lambda: table().append_column("day", pa.array([0, 0])), "has more than one column day"),
        (lambda: table().slice(0, 0), "holds no behaviours: 0 behaviours in all"),
    ],
)  # fmt: skip
def test_strange_tables(tmp_path: Path, made: Callable[[], pa.Table], sentence: str) -> None:
    pq.write_table(made(), tmp_path / "x.parquet")
    with pytest.raises(UserError, match=sentence):
        import_log("smartgen", tmp_path / "x.parquet")


def test_too_many_rows_and_a_content_of_no_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(table(), tmp_path / "x.parquet")
    with pytest.raises(UserError, match="is one log, no collection: --content 3"):
        import_log("smartgen", tmp_path / "x.parquet", Choices(content=3))
    monkeypatch.setattr("dataset.importers.ids.MOST_ROWS", 1)
    with pytest.raises(UserError, match="holds 2 rows; the most"):
        import_log("smartgen", tmp_path / "x.parquet")


def test_a_pickle_too_large_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.pkl"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)  # two gigabytes of nothing, on no disk
    with pytest.raises(UserError, match="larger than 256 MiB"):
        import_log("smartgen", path)


def test_row_groups_with_names_of_their_own_are_one_table(tmp_path: Path) -> None:
    path, out = tmp_path / "log.txt", tmp_path / "out.parquet"
    path.write_text("\n".join(f"2011-01-{1 + n % 28:02} 12:00:{n % 60:02} M{n} ON" for n in range(50)))
    whole = import_log("casas", path).routines
    whole.write(out)
    parts = [whole.table.slice(at, 7).unify_dictionaries() for at in range(0, 50, 7)]
    with pq.ParquetWriter(out, whole.table.schema) as writer:
        for part in parts:
            writer.write_table(part)
    assert Routines.read(out).digest == whole.digest
    assert (
        Routines.read(out)
        .table["action"]
        .combine_chunks()
        .dictionary.to_pylist()[0]
        .startswith("MotionSensor")
    )
