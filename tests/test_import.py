"""Real logs come in whole; pickles that are programs do not."""

import collections
import copyreg
import datetime
import io
import os
import pickle
import struct
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.importers.ids import IdFormat
from dataset.importing import import_routines
from dataset.safe_pickle import load_numbers
from dataset.vocabulary import Vocabulary
from scenarios.errors import UserError

DATA = Path(os.environ.get("HOMEFOLK_DATA", Path(__file__).parents[1] / "../shared/data"))
needs_logs = pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not here (HOMEFOLK_DATA)")

FR = Vocabulary.shipped("fr")
LIGHT_ON = (0, 6, FR.device_ids["Light"], FR.action_ids["Light:switch on"])
TV_OFF = (6, 7, FR.device_ids["Television"], FR.action_ids["Television:switch off"])
TEN = [LIGHT_ON] * 9 + [TV_OFF]


def flat(rows: Sequence[tuple[int, ...]]) -> list[int]:
    return [number for row in rows for number in row]


def pickled(path: Path, value: Any, protocol: int = 4) -> Path:
    path.write_bytes(pickle.dumps(value, protocol))
    return path


def sense(rows: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    return [(day, hour, device, 1, action) for day, hour, device, action in rows]


LOGS: dict[IdFormat, Any] = {
    "smartsense": [sense(TEN), sense(TEN[::-1])],
    "smartguard": [flat(TEN), flat(TEN[::-1])],
    "smartgen": [flat(TEN), flat(TEN[::-1])],
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("form", LOGS)
@pytest.mark.parametrize("whole", [list, np.array, lambda x: np.array(x, dtype=float)])
def test_every_format_as_a_pickle(tmp_path: Path, protocol: int, form: IdFormat, whole: Any) -> None:
    imported = import_routines(form, pickled(tmp_path / "x.pkl", whole(LOGS[form]), protocol), FR)
    sequences = list(imported.routines.sequences())
    assert [[tuple(FR.encode(b)) for b in s] for s in sequences] == [TEN, TEN[::-1]]
    assert (imported.report.read, imported.report.kept, imported.report.dropped) == (20, 20, {})
    assert imported.routines.provenance == "observed"
    assert imported.routines.weeks is None


def test_smartgen_sequences_of_any_length_with_numpy_numbers(tmp_path: Path) -> None:
    value = [flat([LIGHT_ON]), [np.int64(n) for n in flat([TV_OFF, LIGHT_ON])], np.array(flat([TV_OFF] * 3))]
    routines = import_routines("smartgen", pickled(tmp_path / "x.pkl", value), FR).routines
    assert [len(sequence) for sequence in routines.sequences()] == [1, 2, 3]
    ragged = np.empty(3, dtype=object)
    ragged[:] = value
    again = import_routines("smartgen", pickled(tmp_path / "y.pkl", ragged), FR).routines
    assert again.digest == routines.digest


@pytest.mark.parametrize(
    ("form", "value", "sentence"),
    [
        ("smartsense", [TEN], "sequence 0 is not ten times|rows of 4"),
        ("smartsense", [sense(TEN)[:9]], "sequence 0 has 9 behaviours"),
        ("smartguard", [flat(TEN), flat(TEN)[:-1]], "sequence 1 is not 40 numbers"),
        ("smartguard", [flat(TEN)[:-4]], "sequence 0 has 9 behaviours"),
        ("smartgen", [flat(TEN), []], "sequence 1 is not a flat list"),
        ("smartgen", [flat(TEN), [1, [2, 3], 4, 5]], "sequence 1 is not a flat list"),
        ("smartgen", [[*flat(TEN)[:-1], 0.5]], "not whole"),
        ("smartgen", [[*flat(TEN)[:-1], 10**400]], "sequence 0 is not a flat list"),
        ("smartgen", [[*flat(TEN)[:-1], float("nan")]], "not whole"),
        ("smartgen", [[0, 0, 0, 222]], r"action 222 in sequence 0 .* 0 to 221 \(1 rows\)"),
        ("smartgen", [[7, 0, 0, 0]], "day 7 in sequence 0"),
        ("smartgen", [[0, -1, 0, 0]], "hour -1 in sequence 0"),
        ("smartgen", [[0, 0, 33, 0]], "device 33 in sequence 0"),
        ("smartgen", [], "holds no behaviours"),
        ("smartgen", 7, "holds one number"),
    ],
)
def test_a_wrong_shape_or_id_gets_a_sentence(
    tmp_path: Path, form: IdFormat, value: Any, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        import_routines(form, pickled(tmp_path / "x.pkl", value), FR)


def log_table(**columns: list[int]) -> pa.Table:
    base = {"seq_id": [4, 4, 9], "pos": [1, 0, 0], "day": [0, 1, 2], "hour": [3, 3, 3], "device": [13] * 3}
    return pa.table({**base, "action": [FR.action_ids["Light:switch on"]] * 3, **columns})


def test_parquet_rows_are_put_in_order_and_reconciled(tmp_path: Path) -> None:
    pq.write_table(log_table(label=[-1, -1, 1]), tmp_path / "x.parquet")
    routines, report = import_routines("smartgen", tmp_path / "x.parquet", FR)
    assert [[b.day for b in sequence] for sequence in routines.sequences()] == [[1, 0]]
    assert (report.read, report.kept, report.dropped) == (3, 2, {"labelled anomalous": 1})


def test_a_collection_needs_a_choice(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(log_table(content_id=[5, 5, 8]), path)
    with pytest.raises(UserError, match="holds 2 files; choose one"):
        import_routines("smartgen", path, FR)
    with pytest.raises(UserError, match="no content id 6; its ids are 5 to 8"):
        import_routines("smartgen", path, FR, content=6)
    assert import_routines("smartgen", path, FR, content=8).report.kept == 1


def test_bad_parquet_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    with pytest.raises(UserError, match="does not exist"):
        import_routines("smartgen", path, FR)
    pq.write_table(log_table().drop_columns(["hour"]), path)
    with pytest.raises(UserError, match="no column hour"):
        import_routines("smartgen", path, FR)
    pq.write_table(log_table().set_column(2, "day", pa.array([0.5, 1, 2])), path)
    with pytest.raises(UserError, match="column day must hold whole numbers"):
        import_routines("smartgen", path, FR)
    pq.write_table(log_table(), path)
    with pytest.raises(UserError, match="sequence 4 has 2 behaviours"):
        import_routines("smartguard", path, FR)


# --- pickles that are programs -------------------------------------------------------------------


class Payload:
    """Pickles as a call of anything."""

    def __init__(self, *call: Any):
        self.call = call

    def __reduce__(self) -> Any:
        return self.call[0], self.call[1:]


def trap(tmp_path: Path) -> tuple[Path, str]:
    witness = tmp_path / "executed"
    return witness, f"touch {witness}"


HOSTILE: list[Callable[[str], Any]] = [
    lambda command: Payload(os.system, command),
    lambda command: [1, [2, Payload(os.system, command)]],
    lambda command: Payload(eval, f"__import__('os').system({command!r})"),
    lambda command: Payload(exec, f"import os; os.system({command!r})"),
    lambda command: Payload(__import__, "os"),
    lambda command: Payload(map, os.system, [command]),
    lambda command: Payload(partial(os.system, command)),
    lambda command: Payload(np.load, command),
    lambda command: Payload(np.memmap, command),
    lambda command: Payload(copyreg.__dict__["_reconstructor"], list, object, None),
    lambda command: datetime.date(2026, 1, 1),
    lambda command: collections.OrderedDict(a=1),
    lambda command: {1: 2},
    lambda command: {1, 2},
    lambda command: ["text"],
    lambda command: [b"bytes"],
    lambda command: None,
    lambda command: np.array(["text"]),
    lambda command: np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]),
    lambda command: np.array([[Payload(os.system, command)]], dtype=object),
    lambda command: np.array([[1, [2]], [3, 4]], dtype=object),
    lambda command: np.dtype("i8"),
    lambda command: np.array([np.datetime64("2026-01-01")]),
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_anything_but_numbers_is_refused_and_nothing_runs(tmp_path: Path, number: int, protocol: int) -> None:
    witness, command = trap(tmp_path)
    try:
        path = pickled(tmp_path / "x.pkl", HOSTILE[number](command), protocol)
    except (pickle.PicklingError, TypeError):
        pytest.skip("cannot be pickled with this protocol")
    with pytest.raises(UserError) as caught:
        load_numbers(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    assert not witness.exists()


MULTIARRAY = b"cnumpy.core.multiarray\n_reconstruct\n"
RAW: dict[str, bytes] = {
    "GLOBAL": b"cos\nsystem\n(S'touch {witness}'\ntR.",
    "GLOBAL in the list of names, another attribute": b"cnumpy\nf2py.capi_maps.getinit\n)R.",
    "a module within numpy": b"cnumpy.f2py.diagnose\nrun_command\n(S'touch {witness}'\ntR.",
    "numpy's test runner": b"cnumpy.testing._private.utils\nrunstring\n(S'import os'\n(tR.",
    "INST": b"(S'touch {witness}'\nios\nsystem\n.",
    "OBJ": b"(cos\nsystem\nS'touch {witness}'\no.",
    "STACK_GLOBAL": b"\x8c\x02os\x8c\x06system\x93(S'touch {witness}'\ntR.",
    "STACK_GLOBAL with a dotted name": b"\x80\x04\x8c\x05numpy\x8c\x12os.environ.__setitem__\x93.",
    "EXT1": b"\x82\x01.",
    "EXT4": b"\x84\x01\x00\x00\x00.",
    "PERSID": b"Pos.system\n.",
    "BUILD on an allowed name": b"cnumpy\nndarray\n(Nd}tb.",
    "BUILD on a list": b"](K\x01K\x02tb.",
    "a call of a call": MULTIARRAY + b")R)R.",
    "an allowed name, bare": MULTIARRAY + b".",
    "an array that says nothing": MULTIARRAY + b")R.",
    "an array of pointers": MULTIARRAY + b")R(K\x01(K\x01tcnumpy\ndtype\n(S'O8'\ntRI00\nS'AAAAAAAA'\ntb.",
    "a type with a forged state": MULTIARRAY
    + b")R(K\x01(K\x01tcnumpy\ndtype\n(S'i8'\ntR(K\x03S'O'\nNNNK\x08K\x01K\x00tbI00\nS'AAAAAAAA'\ntb.",
    "an array larger than its data": MULTIARRAY
    + b")R(K\x01(J\xff\xff\xff\x7ftcnumpy\ndtype\n(S'i8'\ntRI00\nS'AAAAAAAA'\ntb.",
    "a billion empty rows": MULTIARRAY
    + b")R(K\x01(J\xff\xff\xff\x7fK\x00tcnumpy\ndtype\n(S'i8'\ntRI00\nS''\ntb.",
    "a memo number that would allocate gigabytes": b"]r\xff\xff\xff\x7f.",
    "a list that holds itself": b"]q\x00h\x00a.",
    "a length beyond the file": b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7fabc.",
    "a wrong memo": b"h\x05.",
    "an empty stack": b".",
    "nothing": b"",
    "noise": bytes(range(256)),
    "no end": b"]K\x01a",
    "a number with a million digits": b"L" + b"9" * 1_000_000 + b"L\n.",
}


@pytest.mark.parametrize("name", RAW)
def test_hand_made_pickles_are_refused(tmp_path: Path, name: str) -> None:
    witness, path = tmp_path / "executed", tmp_path / "x.pkl"
    path.write_bytes(RAW[name].replace(b"{witness}", str(witness).encode()))
    with pytest.raises(UserError, match=r"is no pickle|only numbers"):
        load_numbers(path)
    assert not witness.exists()


def test_instructions_are_refused_before_any_is_carried_out(tmp_path: Path) -> None:
    for name, sentence in {
        "INST": "instruction INST",
        "OBJ": "instruction OBJ",
        "EXT1": "instruction EXT1",
        "PERSID": "instruction PERSID",
        "a memo number that would allocate gigabytes": "memo number that no honest pickle has",
    }.items():
        (tmp_path / "x.pkl").write_bytes(RAW[name])
        with pytest.raises(UserError, match=sentence):
            load_numbers(tmp_path / "x.pkl")


def test_lists_that_multiply_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataset.safe_pickle.MOST_NUMBERS", 100_000)
    value: list[Any] = [1] * 100
    for _ in range(6):
        value = [value] * 100  # a hundred to the seventh numbers in a few hundred bytes
    with pytest.raises(UserError, match="unfolds to more than"):
        load_numbers(pickled(tmp_path / "x.pkl", value))
    array = np.arange(10_000)
    with pytest.raises(UserError, match="unfolds to more than"):
        load_numbers(pickled(tmp_path / "x.pkl", [array] * 11))


def test_deep_nesting_is_stopped_before_the_stack_ends(tmp_path: Path) -> None:
    (tmp_path / "x.pkl").write_bytes(b"\x80\x04" + b"]" * 200_000 + b"a" * 199_999 + b".")
    with pytest.raises(UserError, match="nested deeper than 8"):
        load_numbers(tmp_path / "x.pkl")


def test_a_refused_pickle_says_what_it_wanted(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"wants to use (posix|nt)\.system, which could run code") as caught:
        load_numbers(pickled(tmp_path / "x.pkl", Payload(os.system, "true")))
    assert str(caught.value).endswith("; only numbers, lists and numpy arrays are read")


@given(st.recursive(st.integers(-(2**70), 2**70) | st.floats(allow_nan=False), st.lists, max_leaves=30))
def test_numbers_and_lists_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    if pickle.dumps(value).count(b"]") > 7:
        return
    path = tmp_path_factory.mktemp("pickles") / "x.pkl"
    for protocol in range(6):
        assert load_numbers(pickled(path, value, protocol)) == value


@pytest.mark.parametrize("kind", ["?", "<i2", ">i4", "<u8", "<f4", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_every_type_order_and_protocol(tmp_path: Path, kind: str, order: Any) -> None:
    array = np.asarray(np.arange(24).reshape(2, 3, 4), dtype=kind, order=order)
    for protocol in range(6):
        assert load_numbers(pickled(tmp_path / "x.pkl", array, protocol)) == array.tolist()
    assert load_numbers(pickled(tmp_path / "x.pkl", np.zeros((0, 4)))) == []
    assert load_numbers(pickled(tmp_path / "x.pkl", array[0, 0, 1])) == 1


def test_a_pickle_of_python_two_and_old_numpy(tmp_path: Path) -> None:
    data = struct.pack("<3q", 1, 2, 300).decode("latin1").encode("latin1")
    body = io.BytesIO()
    body.write(
        b"\x80\x02" + MULTIARRAY + b"cnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x03\x85cnumpy\ndtype\n"
    )
    body.write(
        b"U\x02i8K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U\x18" + data
    )
    body.write(b"tb.")
    (tmp_path / "x.pkl").write_bytes(body.getvalue())
    assert load_numbers(tmp_path / "x.pkl") == [1, 2, 300]


# --- the real logs -------------------------------------------------------------------------------


@needs_logs
@pytest.mark.parametrize(
    ("form", "folder", "sequences"),
    [("smartsense", "raw_10x5", {"fr_trn": 3095, "fr_vld": 443, "fr_test": 885}),
     ("smartguard", "smartguard", {"fr_trn": 2233, "fr_vld": 322, "fr_test": 641})],
)  # fmt: skip
def test_the_real_logs_come_in_row_by_row(form: IdFormat, folder: str, sequences: dict[str, int]) -> None:
    for name, expected in sequences.items():
        path = DATA / folder / f"{name}.parquet"
        source = pq.read_table(path)
        routines, report = import_routines(form, path, FR)
        assert (len(routines), report.read, report.kept) == (expected, source.num_rows, source.num_rows)
        ids = [FR.encode(b) for sequence in routines.sequences() for b in sequence]
        columns = [source[c].to_pylist() for c in ("day", "hour", "device", "action")]
        assert ids == list(zip(*columns, strict=True))


@needs_logs
def test_the_parquet_and_the_pickle_of_one_log_are_the_same(tmp_path: Path) -> None:
    source = pq.read_table(DATA / "raw_10x5" / "fr_trn.parquet")
    names = ("day", "hour", "device", "control", "action")
    tensor = np.stack([np.asarray(source[name]) for name in names], axis=1).reshape(-1, 10, 5)
    from_parquet = import_routines("smartsense", DATA / "raw_10x5" / "fr_trn.parquet", FR).routines
    for value in (tensor, tensor.tolist()):
        path = pickled(tmp_path / "fr_trn.pkl", value)
        assert import_routines("smartsense", path, FR).routines.digest == from_parquet.digest


@needs_logs
def test_a_file_of_the_smartgen_collection() -> None:
    routines, report = import_routines("smartgen", DATA / "smartgen" / "sequences.parquet", FR, content=506)
    assert (len(routines), report.kept) == (1728, 2917)  # FR winter, split_trn


@needs_logs
def test_the_other_vocabularies_are_read() -> None:
    chinese = Vocabulary.read(DATA / "vocab" / "an.json")
    routines = import_routines("smartguard", DATA / "smartguard" / "an_trn.parquet", chinese).routines
    assert (len(routines), routines.events) == (830, 8300)
    assert next(routines.sequences())[0].action == "deerma_humidifier:power_low"
    assert Vocabulary.read(DATA / "vocab" / "smartgen_fr.json").actions == FR.actions  # Heater is Thermostat
    assert Vocabulary.read(DATA / "vocab" / "smartgen_an.json").devices == chinese.devices
    assert Vocabulary.read(DATA / "vocab" / "fr.json") == FR
