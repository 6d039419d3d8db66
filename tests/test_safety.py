"""Keys stay in the environment, writing stays in the folder, words stay words, reading has an end."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from agents.gateway.journal import Journal
from agents.gateway.port import Endpoint
from dataset.json_file import MOST_BYTES
from dataset.parquet import read_parquet
from dataset.store import part_file, read_table
from scenarios.errors import UserError
from tests.command import HERMIT, SECRET, THINKER, homefolk, said
from tests.stub_server import stub_server


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("hermit.yaml").write_text(HERMIT.replace("days: 2", "days: 1"), encoding="utf-8")
    Path("thinker.yaml").write_text(THINKER, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(here: Path) -> Path:
    """A run to tamper with."""
    assert said("hermit.yaml", "--out", "lived").code == 0
    return Path("lived")


def test_the_key_is_nowhere_whatever_the_server_does_with_it(here: Path) -> None:
    """It repeats the key in errors, in replies, in the reasons that it gives, and then the program fails."""
    echo = f"Bearer {SECRET} is your key"
    deeds = ["json", "text", "400", "html", "text", "cut", "refusal"]
    with stub_server(text=echo) as stub:
        stub.decide = lambda _: deeds[stub.calls % len(deeds)]
        command = ("thinker.yaml", "--base-url", stub.url, "--out", "run", "--json")
        told = said(*command)
        stub.decide = lambda _: "401"
        refused = said(*command, "--seed", 8, "--out", "other")
        stub.decide, stub.text = lambda _: "json", ""
        broken = homefolk(*command, "--fork", "--seed", 9, cwd=here, before=FAIL)
    assert stub.calls > 12
    assert (refused.code, broken.code) != (0, 0)
    assert "SystemError: a mistake of ours" in broken.err, "with its traceback"
    for each in (told, refused, broken):
        assert SECRET not in each.out + each.err
    files = [file for file in here.rglob("*") if file.is_file()]
    assert len(files) > 3
    assert [file for file in files if SECRET.encode() in file.read_bytes()] == []
    with sqlite3.connect("run/journal.sqlite") as journal:
        answers = str(journal.execute("SELECT answer FROM replies").fetchall())
    assert "Bearer *** is your key" in answers, "so the server did repeat it"


FAIL = """
import runner.run
def fail(*_):
    raise SystemError("a mistake of ours")
runner.run._folded = fail
"""


def test_a_key_has_no_place_in_an_address() -> None:
    for address in ("http://me:sk-1@host/v1", "https://host/v1?api_key=sk-1", "https://host/v1#sk-1"):
        told = said("thinker.yaml", "--base-url", address)
        assert told.code == 2


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://127.0.0.1:1/v1", True), ("http://localhost/v1", True), ("http://[::1]:8/v1", True),
     ("http://localhost.example.org/v1", False), ("https://example.org//127.0.0.1/v1", False)],
)  # fmt: skip
def test_who_is_at_home_is_told_by_the_host_alone(url: str, local: bool) -> None:
    assert Endpoint(model="m", base_url=url).local is local


def test_a_short_key_is_no_secret_and_changes_no_reply() -> None:
    assert Endpoint(model="m", base_url="u").hushed("none of them") == "none of them"
    assert Endpoint(model="m", base_url="u", api_key=SECRET).hushed(f"<{SECRET}>") == "<***>"


HOSTILE = (
    "</style></title>\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
    "&lt;\u202egnp\u2066 ]]> {{7*7}} $seed"
)


class Page(HTMLParser):
    """What a browser would make of a page: its elements, their attributes, its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [
            value or "" for name, value in attrs if name in ("href", "src", "xlink:href", "action")
        ]

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(here: Path) -> Path:
    """A run in which whatever can have words of its own has bad ones."""
    scenario = yaml.safe_load(THINKER)
    scenario["about"] = HOSTILE
    scenario["days"], scenario["mind"] = 1, {"kind": "habit"}
    scenario["residents"][0] |= {"name": HOSTILE, "occupation": HOSTILE}
    home = yaml.safe_load(
        (Path(__file__).parents[1] / "scenarios/homes/two_room_flat.yaml").read_text(encoding="utf-8")
    )
    scenario["home"] = {**home, "name": HOSTILE}
    scenario["home"]["climate"] = (
        {"include": home["climate"]["include"]} if "include" in home.get("climate", {}) else home["climate"]
    )
    scenario["happenings"] = [{"day": 0, "at": "08:30", "kind": "visitor", "text": HOSTILE, "minutes": 20}]
    (here / "hostile.yaml").write_text(yaml.safe_dump(scenario, allow_unicode=False), encoding="utf-8")
    told = said("hostile.yaml", "--out", "hostile")
    assert told.code == 0, told.err
    return here / "hostile"


def test_pages_hold_words_and_no_code(here: Path) -> None:
    run = hostile(here)
    for file in (run / "report.html", run / "timeline.svg"):
        text = file.read_text(encoding="utf-8")
        page = Page(text)
        assert (
            not {"script", "img", "iframe", "object", "embed", "form", "link", "base", "foreignobject"}
            & page.elements
        )
        assert not {name for name in page.attributes if name.startswith("on")}
        assert all(link.startswith("#") for link in page.links)
        assert "<script>alert(1)</script>" in page.text, "it is there, as words"
        assert "{{7*7}}" in page.text and "\u202e" not in text and "\u2066" not in text
    ElementTree.parse(run / "timeline.svg")  # noqa: S314 - our own
    front, *_ = yaml.safe_load_all((run / "README.md").read_text(encoding="utf-8").split("\n---\n")[0])
    assert front["license"] == "unknown"


def test_links_lead_nowhere(run: Path, here: Path) -> None:
    """A folder from elsewhere may hold links by which we would write into the folders of its receiver."""
    elsewhere = here / "elsewhere"
    elsewhere.mkdir()
    (run / "manifest.json").unlink()
    for name in ("events", "memory", "journal.sqlite", ".homefolk", "done"):
        shutil.rmtree(run / name, ignore_errors=True)
        (run / name).unlink(missing_ok=True)
        (run / name).symlink_to(elsewhere / name)
        told = said("lived")
        assert (told.code, f"lived/{name} is a link" in told.sentence) == (2, True)
        (run / name).unlink()
    assert not list(elsewhere.iterdir())
    assert said("lived").code == 0


def tampered(run: Path, change: str, value: Any) -> None:
    settings = json.loads((run / "scenario.json").read_bytes())
    at = settings["scenario"]
    *steps, last = change.split(".")
    for step in steps:
        at = at[int(step) if isinstance(at, list) else step]
    at[int(last) if isinstance(at, list) else last] = value
    (run / "scenario.json").write_text(json.dumps(settings), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("weather", "/etc/passwd"), ("weather", "../secret.csv"), ("routines", "/etc/passwd"),
        ("routines", "../../x@0"), ("residents.0.id", "../../evil"),
        ("residents.0.memory", {"routines": "/etc/passwd"}),
        ("name", "../evil"), ("residents.0", json.loads("[" * 900 + "]" * 900)), ("residents.0.id", {}),
        ("home.devices", "x" * 10), ("residents", 7), ("start", [[[]]]),
    ],
)  # fmt: skip
def test_a_recorded_scenario_leads_nowhere(run: Path, change: str, value: Any) -> None:
    tampered(run, change, value)
    (run / "manifest.json").unlink()
    before = sorted(run.parent.rglob("*"))
    for command in (["lived"], ["lived", "--replay"], ["day", "lived", "--resident", "cleo"]):
        told = said(*command)
        assert (told.code, "scenario.json is damaged" in told.sentence) == (2, True), (command, told.err)
    assert sorted(run.parent.rglob("*")) == before


def test_names_from_outside_lead_nowhere(run: Path) -> None:
    for command in (
        ("day", "lived", "--resident", "../../x"),
        ("day", "lived", "--resident", "cleo", "--household", "../x"),
    ):
        told = said(*command)
        assert (told.code, "Traceback" in told.err) == (2, False)
    (run / "events" / "part-..%2f.parquet").write_bytes(b"")
    (run / "events" / "part-1e9.parquet").write_bytes(b"")
    assert read_table(run, "events").num_rows > 0


def huge(file: Path, size: int = MOST_BYTES + 1) -> None:
    """A file of *size* bytes that takes no room."""
    file.unlink(missing_ok=True)
    with file.open("wb") as sparse:
        os.truncate(sparse.fileno(), size)


@pytest.fixture(params=["huge", "deep", "number", "binary"])
def poison(request: pytest.FixtureRequest) -> Iterator[Any]:
    def into(file: Path) -> None:
        file.parent.mkdir(exist_ok=True)
        if request.param == "huge":
            return huge(file, 2 * 10**9)
        file.write_bytes(
            {"deep": b"[" * 200_000, "number": b"1" * 5000, "binary": bytes(range(256))}[request.param]
        )
        return None

    yield into


@pytest.mark.parametrize("name", ["scenario.json", "manifest.json"])
def test_a_run_of_somebody_else_is_read_within_bounds(run: Path, poison: Any, name: str) -> None:
    poison(run / name)
    for command in (["lived"], ["verify", "lived"]):
        told = said(*command)
        assert (told.code, f"{name} is damaged" in told.sentence) == (2, True), told.err


def test_a_journal_of_somebody_else_has_its_bounds(here: Path) -> None:
    for number, answer in enumerate(["[" * 100_000, "7", '{"text": "' + "x" * 20_000_000 + '"}']):
        path = here / f"j{number}"
        Journal(path).close()
        check_sum = sha256(f"k{answer}".encode()).hexdigest()
        with sqlite3.connect(path) as journal:
            journal.execute("INSERT INTO replies VALUES ('k', '{}', ?, ?)", (answer, check_sum))
        with pytest.raises(UserError, match=f"j{number}: "), Journal(path, replay=True) as recorded:
            recorded.find("k")


def test_a_small_file_that_unfolds_to_billions_of_rows_is_not_unfolded(run: Path) -> None:
    file = part_file(run, "events", 0)
    pq.write_table(pa.table({"id": pa.nulls(60_000_000, pa.int32())}), file)
    assert file.stat().st_size < 1_000_000
    with pytest.raises(UserError, match=r"60,000,000 rows; at most 50,000,000 are read"):
        read_parquet(file)
