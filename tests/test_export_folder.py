"""An export is whole or not there: full disks, kills, strangers' folders, damaged runs."""

import errno
import hashlib
import json
import os
import shutil
import signal
import weakref
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.exporters.folder import new_folder, refuse_strangers, write_contents
from dataset.exporters.source import Household
from dataset.exporting import FORMATS, Choices, export_run
from dataset.schema import TableName
from dataset.store import digest_run
from scenarios.errors import UserError
from tests.command import homefolk, said, start

FULL = """\
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
"""
HANG = """\
import dataset.exporters.tables as tables, time
done = tables._write
def slow(*arguments):
    done(*arguments)
    print("written", flush=True)
    time.sleep(60)
tables._write = slow
"""


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_says_what_is_in_it_and_is_the_same_twice(
    flat_run: Path, tmp_path: Path, form: str
) -> None:
    first, second = (export_run(flat_run, form, tmp_path / name) for name in ("a", "b"))
    assert str(first).startswith(f"{tmp_path / 'a'}: ")
    contents = json.loads((tmp_path / "a" / "export.json").read_text())
    files = {str(it.relative_to(tmp_path / "a")) for it in (tmp_path / "a").rglob("*") if it.is_file()}
    assert files == {"export.json", *contents["files"]}
    for name, said_of in contents["files"].items():
        data = (tmp_path / "a" / name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (said_of["bytes"], said_of["sha256"])
        assert data == (tmp_path / "b" / name).read_bytes()
    assert contents["format"] == form
    assert contents["written"] == first.written == second.written
    assert sorted(it.name for it in tmp_path.iterdir()) == ["a", "b"]


def test_an_export_is_replaced_but_nothing_else(flat_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()  # empty: nobody's
    export_run(flat_run, "csv", out)
    export_run(flat_run, "xes", out)
    assert sorted(it.name for it in out.iterdir()) == ["activities.xes", "events.xes", "export.json"]
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match=r"holds something else \(thesis.txt\)"):
        export_run(flat_run, "csv", out)
    assert (out / "thesis.txt").read_text() == "mine"
    assert (out / "events.xes").is_file()


@pytest.mark.parametrize("held", ["file", "link", "folder", "forged"])
def test_a_stranger_is_refused(tmp_path: Path, held: str) -> None:
    path = tmp_path / "out"
    if held == "file":
        path.write_text("x")
    elif held == "link":
        (tmp_path / "elsewhere").mkdir()
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.mkdir()
        (path / "photo.jpg").write_text("x")
        (path / "export.json").write_text("[]" if held == "forged" else "{}")
    with pytest.raises(UserError, match="--out"):
        refuse_strangers(path)


def test_out_within_the_run_is_refused(flat_run: Path) -> None:
    for out in (flat_run, flat_run / "ids", flat_run / "events" / ".." / "x"):
        with pytest.raises(UserError, match="lies in the run itself"):
            export_run(flat_run, "csv", out)
    assert not (flat_run / "ids").exists()


def test_a_full_disk_leaves_what_was_there(flat_run: Path, tmp_path: Path) -> None:
    export_run(flat_run, "xes", tmp_path / "out")
    before = (tmp_path / "out" / "export.json").read_bytes()
    for form in ("jsonl", "homeassistant", "smartguard"):
        told = homefolk("export", flat_run, "--to", form, "--out", "out", cwd=tmp_path, before=FULL)
        assert told.code == 1, (form, told.out)
        assert "out" in told.sentence
        assert (tmp_path / "out" / "export.json").read_bytes() == before
        assert sorted(it.name for it in tmp_path.iterdir()) == ["out"]


def test_a_kill_leaves_no_half_export_and_the_next_one_clears_up(flat_run: Path, tmp_path: Path) -> None:
    process = start("export", flat_run, "--to", "jsonl", "--out", "out", cwd=tmp_path, before=HANG)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    told = said("export", flat_run, "--to", "csv", "--out", tmp_path / "out")
    assert (told.code, "another export is writing" in told.sentence) == (2, True)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    assert [it.name for it in tmp_path.iterdir()] == [".out.partial"]
    export_run(flat_run, "csv", tmp_path / "out")
    assert [it.name for it in tmp_path.iterdir()] == ["out"]
    assert not list((tmp_path / "out").glob("*.jsonl"))


def test_what_lies_where_an_export_is_made_stays(tmp_path: Path) -> None:
    (tmp_path / ".out.partial").mkdir()
    (tmp_path / ".out.partial" / "mine").write_text("x")
    with pytest.raises(UserError, match="in the way"), new_folder(tmp_path / "out"):
        pass
    assert (tmp_path / ".out.partial" / "mine").is_file()


def test_an_error_without_a_file_gets_one(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="out") as caught, new_folder(tmp_path / "out") as folder:
        (folder / "half").write_text("x")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_contents_name_every_file(tmp_path: Path) -> None:
    with new_folder(tmp_path / "out") as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "a").write_bytes(b"abc")
        write_contents(folder, {"format": "x"})
    files = json.loads((tmp_path / "out" / "export.json").read_text())["files"]
    assert files == {"sub/a": {"bytes": 3, "sha256": hashlib.sha256(b"abc").hexdigest()}}


@pytest.mark.parametrize(
    "harm", ["torn", "missing", "changed", "no manifest", "no scenario", "damaged scenario"]
)
def test_a_broken_run_gets_a_sentence(flat_run: Path, tmp_path: Path, harm: str) -> None:
    run = tmp_path / "run"
    shutil.copytree(flat_run, run)
    part = run / "oracle" / "part-00000.parquet"
    if harm == "torn":
        part.write_bytes(part.read_bytes()[:-100])
    elif harm == "missing":
        part.unlink()
    elif harm == "changed":
        pq.write_table(pq.read_table(part).slice(1), part)
    elif harm == "no manifest":
        (run / "manifest.json").unlink()
    elif harm == "no scenario":
        (run / "scenario.json").unlink()
    else:
        (run / "scenario.json").write_text('{"scenario": {"name": 3}}')
    with pytest.raises(UserError) as caught:
        export_run(run, "casas", tmp_path / "out", Choices())
    assert str(run) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(it.name for it in tmp_path.iterdir()) == ["run"]


def test_tables_of_one_household_are_held_at_a_time(
    flat_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, alive, most = _town(flat_run, tmp_path / "town", 4), list[tuple[str, Any]](), 0
    read = Household.read

    def noted(household: Household, name: TableName) -> pa.Table:
        nonlocal most
        table = read(household, name)
        alive.append((household.name, weakref.ref(table)))
        most = max(most, len({home for home, ref in alive if ref() is not None}))
        return table

    monkeypatch.setattr(Household, "read", noted)
    for form in ("smartguard", "jsonl", "casas"):
        export_run(run, form, tmp_path / "out")
        assert len({home for home, _ in alive}) == 4
        assert most <= 2, form  # the one before goes when the next one is there
        alive.clear()


def _town(run: Path, town: Path, count: int) -> Path:
    """*count* households that all live as the one of *run* does."""
    shutil.copytree(run, town)
    manifest = json.loads((town / "manifest.json").read_text())
    for index in range(1, count):
        for table in ("events", "oracle", "decisions", "conflicts", "sequences", "behaviours"):
            shutil.copy(town / table / "part-00000.parquet", town / table / f"part-{index:05d}.parquet")
    (first,) = manifest["households"]
    records = [{**first, "household": f"h{index:05d}"} for index in range(count)]
    manifest["households"], manifest["digest"] = records, digest_run([first["digest"]] * count)
    (town / "manifest.json").write_text(json.dumps(manifest))
    return town
