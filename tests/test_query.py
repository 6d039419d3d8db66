"""SQL over a run: what it answers, and what it will not do."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dataset.query import answer, lines
from scenarios.errors import UserError
from tests.command import said

pytest.importorskip("duckdb")

TABLES = ("events", "oracle", "decisions", "conflicts", "behaviours", "sequences")


def asked(run: Path, sql: str) -> list[dict[str, object]]:
    with answer(run, sql) as rows:
        return [row for batch in rows for row in batch.to_pylist()]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_there_whole(street_run: Path, table: str) -> None:
    whole = pq.read_table(street_run / table)
    assert asked(street_run, f"select count(*) as n from {table}") == [{"n": whole.num_rows}]
    first = asked(street_run, f"from {table} limit 1")
    assert [list(row) for row in first] == [whole.column_names] * (whole.num_rows > 0)


def test_instants_are_utc_whatever_the_machine_thinks(
    flat_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    (row,) = asked(flat_run, "select min(time) as first, min(local) as wall from events")
    events = pq.read_table(flat_run / "events")
    assert row["first"] == events["time"][0].as_py().replace(tzinfo=None)
    assert row["wall"] == events["local"][0].as_py()


def test_tables_join_on_the_event(flat_run: Path) -> None:
    sql = "select actor, count(*) as n from events join oracle o on o.event = events.id group by 1"
    oracle = pq.read_table(flat_run / "oracle").to_pylist()
    rows = asked(flat_run, sql)
    assert {"anna", "ben"} <= {row["actor"] for row in rows}
    for row in rows:
        acted = [it for it in oracle if it["event"] is not None and it["actor"] == row["actor"]]
        assert row["n"] == len(acted) > 0, row


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("", "one question was expected, a SELECT"),
        ("select 1; select 2", "one question was expected"),
        ("copy events to 'stolen.csv'", "one question was expected"),
        ("copy (select 1) to 'stolen.parquet'", "one question was expected"),
        ("explain analyze copy (select 1) to 'stolen.csv'", "one question was expected"),
        ("create table mine as select 1", "one question was expected"),
        ("insert into events select * from events", "one question was expected"),
        ("attach 'stolen.db'", "one question was expected"),
        ("set enable_external_access = true", "one question was expected"),
        ("install httpfs", "one question was expected"),
        ("load 'x.so'", "one question was expected"),
        ("export database 'stolen'", "one question was expected"),
        ("pragma enable_profiling", "one question was expected"),
        ("with x as (delete from events returning *) select * from x", "cannot be answered"),
        ("select * from read_csv('/etc/passwd')", "file system operations are disabled"),
        ("select * from read_text('secret.txt')", "file system operations are disabled"),
        ("select * from 'secret.txt'", "cannot be answered"),
        (
            "select * from read_parquet('{run}/events/part-00000.parquet')",
            "file system operations are disabled",
        ),
        ("select * from glob('/etc/*')", "file system operations are disabled"),
        ("select * from read_csv('https://example.org/x.csv')", "cannot be answered"),
        ("select getenv('HOME')", "cannot be answered"),
        ("select * from connection", "connection does not exist"),
        ("select * from event", 'Did you mean "events"'),
        ("selec 1", "syntax error"),
        ("select cast(value as int) from events", "Could not convert"),
        ("select \x00", "cannot be answered"),
    ],
)
def test_nothing_but_the_tables_is_read_and_nothing_written(
    flat_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("secret.txt").write_text("secret")
    told = said("query", flat_run, sql.replace("{run}", str(flat_run)), "--json")
    assert told.code == 2
    assert sentence in told.sentence
    assert len(told.err.splitlines()) == 1
    assert [it.name for it in tmp_path.iterdir()] == ["secret.txt"]


def test_the_forms_of_an_answer(flat_run: Path) -> None:
    sql = (
        "select type, command, count(*) as rows from events where kind = 'command' group by all order by all"
    )
    expected = asked(flat_run, sql)
    as_json = said("query", flat_run, sql, "--json").out
    assert [json.loads(line) for line in as_json.splitlines()] == expected
    as_csv = list(csv.DictReader(io.StringIO(said("query", flat_run, sql, "--csv").out)))
    assert as_csv == [{key: str(value) for key, value in row.items()} for row in expected]
    table = said("query", flat_run, sql).out.splitlines()
    assert table[0].split() == ["type", "command", "rows"]
    assert len(table) == 2 + len(expected)
    assert table[2].split("  ")[0] == expected[0]["type"]


def test_what_a_terminal_could_obey_is_not_printed_and_long_answers_end(flat_run: Path) -> None:
    with answer(flat_run, "select chr(27) || '[31m' || repeat('x', 99) as a, null as b") as rows:
        (*_, line) = lines(rows, "table")
    assert line == "?[31m" + "x" * 52 + "...\n"
    with answer(flat_run, "select * from range(1000)") as rows:
        *_, shown, last = lines(rows, "table")
    assert (shown.strip(), last) == ("199", "... and 800 rows more; --csv or --json has them all\n")


def test_values_that_json_does_not_know(flat_run: Path) -> None:
    sql = "select 'nan'::double as a, date '2026-01-12' as b, 1.5::decimal(4, 2) as c, 'x'::blob as d"
    row = json.loads(said("query", flat_run, sql, "--json").out)
    assert (row["a"], row["b"], row["c"]) == (None, "2026-01-12", "1.50")


def test_half_a_run_and_a_torn_one_get_a_sentence(flat_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(flat_run, run)
    part = run / "events" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:200])
    with pytest.raises(UserError, match="cannot be answered"):
        asked(run, "select count(value) from events")
    (run / "manifest.json").unlink()
    with pytest.raises(UserError, match="no complete run"):
        asked(run, "select 1")


def test_the_questions_of_the_guide_are_answered(flat_run: Path) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "exporting.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", guide, flags=re.DOTALL)
    questions = [it.strip() for it in block.split(";") if it.strip()]
    assert len(questions) == 3
    for question in questions:
        asked(flat_run, question)
    switched = asked(flat_run, questions[-1])
    oracle = pq.read_table(flat_run / "oracle").to_pylist()
    on = [it for it in oracle if it["command"] == "switch on" and it["event"] is not None]
    assert sum(int(str(row["count_star()"])) for row in switched) == len(on) > 0
