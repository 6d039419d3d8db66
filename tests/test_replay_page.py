"""The replay of a run: who was where at any instant, and why; nothing foreign in it is executed."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any
from zlib import decompress

import pytest

from bench.chromium import LAPTOP, PHONE, PROGRAM, Page, chromium
from evaluation.reading import Run, read_run
from evaluation.replay.packing import TICK, Texts, columns, packed
from evaluation.replay.page import replay
from evaluation.spans import OUTSIDE, stays, uses
from tests.command import said

READY = "document.documentElement?.dataset.ready"
HOSTILE = '</script><img src=x onerror="window.evil=1"><b>\'&\u202egnp'
browser = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed")


def carried(html: str) -> dict[str, Any]:
    """What the page knows."""
    (data,) = re.findall(r'<script type="text/plain" id="data">([^<]*)</script>', html)
    return dict(json.loads(decompress(b64decode(data))))


def times(track: dict[str, list[int]]) -> list[int]:
    return [ticks * TICK for ticks in accumulate(track["time"])]


@pytest.fixture(scope="module")
def page_file(flat_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("replay") / "flat.html"
    told = said("replay", flat_run, "--out", file)
    assert (told.code, told.err) == (0, ""), told.err
    assert str(file) in told.out
    return file


@pytest.fixture(scope="module")
def window(page_file: Path) -> Iterator[Page]:
    with chromium() as page:
        page.size(*LAPTOP, calm=True)
        page.open(page_file, READY)
        yield page
        assert page.logged == []  # no error, nothing fetched, nothing that the policy had to stop


def test_columns_come_back_as_they_were() -> None:
    texts = Texts()
    rows = [(1_000, texts.number("a")), (61_050, texts.number("b")), (61_050, texts.number("a"))]
    content = json.loads(decompress(b64decode(packed(columns(rows, "time", "text")))))
    assert [texts.all()[it] for it in content["text"]] == ["a", "b", "a"]
    assert all(abs(time - row[0]) <= TICK / 2 for time, row in zip(times(content), rows, strict=True))


def test_the_page_is_one_file_that_can_reach_nothing(page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "unsafe" not in policy and "http" not in policy
    assert not re.search(r"<(?:link|img|iframe)\b|\bsrc=|@import|url\((?!#)", html)


def test_it_carries_what_happened(flat_run: Path, page_file: Path) -> None:
    run = read_run(flat_run)
    log, content = run.log(), carried(page_file.read_text(encoding="utf-8"))
    texts = content["texts"]
    for person, (who, track) in zip(content["people"], stays(run, log).items(), strict=True):
        assert texts[person["name"]] == run.names[who]
        assert [texts[room] for room in person["rooms"]["room"]] == [stay.room for stay in track]
    lamps = {texts[it["name"]]: it for it in content["devices"]}
    lamp, spans = lamps["kitchen lamp"], uses(run, log)["kitchen_lamp"]
    on = [
        time for time, level in zip(times(lamp["states"]), lamp["states"]["level"], strict=True) if level == 2
    ]
    assert spans and [abs(one - span.start) <= TICK for one, span in zip(on, spans, strict=True)]
    assert len(content["conflicts"]) == len(log.conflicts) > 0
    assert {mark[0] for mark in content["marks"]} == {"happening", "conflict", "anomaly"}
    faults = [content["texts"][words] for kind, _, _, words, *_ in content["marks"] if kind == "anomaly"]
    assert faults == ["the heater in the living room stops working"]
    weighed = [it for thoughts in content["decisions"]["thoughts"] for it in thoughts]
    assert weighed and all(len(options) == len(prior) for _, options, prior, _, _ in weighed)


@browser
def test_at_any_instant_everybody_is_where_the_log_has_them(flat_run: Path, window: Page) -> None:
    run = read_run(flat_run)
    boxes = window.run("Object.fromEntries([...plan.rooms].map(([id, room]) => [id, room.place]))")
    checked = 0
    for time in range(
        7 * 3_600_000, run.end, 5_431_000
    ):  # backwards and forwards alike: no instant needs another
        time = time if checked % 2 else run.end - time
        window.run(f"seek({time}); show()")
        for number, track in enumerate(stays(run, run.log()).values()):
            stay = next(stay for stay in track if stay.start <= time < stay.end)
            x, y, gone = window.run(
                f"(() => {{ const {{ made }} = plan.figures[{number}], at = made.transform.baseVal[0].matrix;"
                " return [at.e, at.f, made.classList.contains('gone')]; })()"
            )
            assert gone == (stay.room == OUTSIDE)
            if not gone and time - stay.start > 60_000 and stay.end - time > 60_000:
                box = boxes[stay.room]
                assert box["x"] < x < box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"]
                checked += 1
    assert checked > 20


@browser
def test_people_in_one_room_do_not_stand_on_one_another(window: Page) -> None:
    apart = window.run("""
      let least = Infinity;
      for (let time = 0; time < data.about.end; time += 600_000) {
        seek(time);
        show();
        const shown = plan.figures.filter((it) => !it.made.classList.contains("gone"));
        const [one, two] = shown.map((it) => it.made.transform.baseVal[0].matrix);
        if (two) least = Math.min(least, Math.hypot(one.e - two.e, one.f - two.f));
      }
      least
    """)
    assert apart > 2 * window.run("plan.figures[0].radius")


@browser
def test_keys_play_step_and_jump(window: Page) -> None:
    window.run("seek(8 * 3_600_000); document.activeElement.blur()")
    window.key("ArrowRight")
    assert window.run("state.time") == 8 * 3_600_000 + 60_000
    window.key("ArrowLeft", modifiers=8)
    assert window.run("state.time") == 7 * 3_600_000 + 60_000
    window.key("n")
    assert window.run("state.time") == window.run("data.marks.find((it) => it[1] > 8 * 3_600_000)[1]")
    window.key(" ", "Space", " ")
    assert window.run("state.playing")
    window.wait("state.time > data.marks[0][1] + 60_000")
    window.key(" ", "Space", " ")
    assert not window.run("state.playing")
    assert window.run("document.getElementById('play').getAttribute('aria-label')") == "Play"


@browser
def test_a_press_says_why(window: Page) -> None:
    weighed = "kindOf(row) === 'activity' && data.decisions.thoughts[it]?.length"
    row = f"data.rows.about.findIndex((it, row) => {weighed})"
    window.run(f"seek(data.rows.time[{row}]); show()")
    window.wait("document.querySelector('.row.now')")
    window.run("document.querySelector('.row.now').click()")
    told = window.run("document.getElementById('told').innerText")
    assert "Rests on" in told and "options" in told and "chosen" in told
    window.key("Escape")
    assert window.run("document.getElementById('why').hidden")
    window.click("#tab-marks")
    window.run("document.querySelector('.mark.conflict').click()")
    assert window.run("state.time === data.marks.find((it) => it[0] === 'conflict')[1]")
    window.wait("document.getElementById('note').innerText.includes('wants')")
    window.click("#tab-events")


@browser
def test_filters_leave_what_they_name(window: Page) -> None:
    def listed(of: str) -> set[int]:
        return set(window.run(f"events.kept.filter((row) => row >= 0).map((row) => data.rows.{of}[row])"))

    window.click(".who")
    assert listed("who") == {0}
    window.click(".who")
    lamp = window.run("data.devices.findIndex((it) => text(it.name) === 'kitchen lamp')")
    window.run(f"state.device = {lamp}; filtered()")
    assert listed("device") == {lamp}
    window.run("state.device = -1; state.sensed = true; filtered()")
    assert len(listed("device")) > 5
    window.run("state.sensed = false; filtered()")


@browser
def test_it_fits_a_phone(page_file: Path, window: Page) -> None:
    window.size(*PHONE, calm=True)
    window.wait(f"innerWidth === {PHONE[0]}")
    assert window.run("document.documentElement.scrollWidth") <= PHONE[0]
    assert window.run("document.querySelector('#plan svg').getBoundingClientRect().width") <= PHONE[0]
    window.size(*LAPTOP, calm=True)


def test_windows_of_anomalies_are_marked_and_their_rows_labelled(tmp_path: Path) -> None:
    scenario = """\
name: flicker
start: 2026-01-12
days: 1
home: {include: homes/two_room_flat.yaml}
residents: [{id: eve, name: Eve}]
anomalies: [{kind: light_flicker, day: 0, at: "20:00", difficulty: easy}]
"""
    (tmp_path / "flicker.yaml").write_text(scenario, encoding="utf-8")
    assert said(tmp_path / "flicker.yaml", "--out", tmp_path / "run").code == 0
    content = carried(replay(tmp_path / "run"))
    texts, rows = content["texts"], content["rows"]
    (mark,) = [mark for mark in content["marks"] if mark[0] == "anomaly"]
    _, start, end, words, over, facts = mark
    assert (start, texts[words]) == (20 * 3_600_000, "a light goes on and off again and again")
    assert start < end < over and [texts[said] for _, said in facts[:2]] == ["light_flicker#0", "easy"]
    labelled = [time for time, it in zip(times(rows), rows["anomaly"], strict=True) if texts[it]]
    assert len(labelled) > 3 and start <= min(labelled) <= max(labelled) <= end


@browser
def test_hostile_names_and_texts_are_only_text(tmp_path: Path) -> None:
    scenario = f"""\
name: hostile
start: 2026-01-12
days: 1
home: {{include: homes/two_room_flat.yaml}}
residents:
  - {{id: eve, name: {json.dumps(HOSTILE)}}}
happenings:
  - {{day: 0, at: 10:00, kind: message, text: {json.dumps(HOSTILE)}}}
"""
    (tmp_path / "hostile.yaml").write_text(scenario, encoding="utf-8")
    assert said(tmp_path / "hostile.yaml", "--out", tmp_path / "run").code == 0
    assert said("replay", tmp_path / "run").code == 0
    with chromium() as page:
        page.size(*LAPTOP)
        page.open(tmp_path / "run" / "replay.html", READY)
        happening = "data.rows.kind.findIndex((_, row) => kindOf(row) === 'happening')"
        page.run(f"seek(data.marks[0][1]); why.row({happening})")
        assert "onerror" in page.run("document.getElementById('people').innerText")  # as text, whole
        assert "onerror" in page.run("document.getElementById('told').innerText")
        assert page.run("[document.querySelectorAll('img').length, window.evil ?? 0]") == [0, 0]
        assert page.logged == []


def test_a_household_is_chosen_by_name(street_run: Path, tmp_path: Path) -> None:
    assert said("replay", street_run, "--household", "h00002", "--out", tmp_path / "a.html").code == 0
    assert carried((tmp_path / "a.html").read_text(encoding="utf-8"))["about"]["household"] == "h00002"
    told = said("replay", street_run, "--household", "h00009", "--out", tmp_path / "b.html")
    assert told.code == 2 and "h00009" in told.sentence and not (tmp_path / "b.html").exists()


@pytest.mark.parametrize("broken", ["nothing", "torn", "gone", "scenario", "folder"])
def test_what_is_no_run_gets_one_sentence(broken: str, flat_run: Path, tmp_path: Path) -> None:
    run, out = tmp_path / "run", tmp_path / "page.html"
    if broken != "nothing":
        for name in (
            "scenario.json",
            *(f"{it}/part-00000.parquet" for it in ("oracle", "decisions", "conflicts")),
        ):
            (run / name).parent.mkdir(parents=True, exist_ok=True)
            (run / name).write_bytes((flat_run / name).read_bytes())
    if broken == "torn":
        (run / "oracle" / "part-00000.parquet").write_bytes(b"PAR1 and then nothing")
    if broken == "gone":
        (run / "conflicts" / "part-00000.parquet").unlink()
    if broken == "scenario":
        (run / "scenario.json").write_text('{"scenario": {"home": 7}}', encoding="utf-8")
    if broken == "folder":
        out.mkdir()
    told = said("replay", run, "--out", out)
    assert told.code == 2 and str(tmp_path) in told.sentence and not out.is_file()


def test_a_run_that_has_not_come_to_its_end_says_so(flat_run: Path, tmp_path: Path) -> None:
    for name in (
        "scenario.json",
        *(f"{it}/part-00000.parquet" for it in ("oracle", "decisions", "conflicts")),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((flat_run / name).read_bytes())
    assert carried(replay(tmp_path))["about"]["complete"] is False


def test_the_clock_follows_daylight_saving(flat_run: Path) -> None:
    from datetime import date

    from evaluation.replay.tracks import calendar

    run = read_run(flat_run)
    spring = run.scenario.model_copy(update={"start": date(2026, 3, 28), "days": 3})
    found = calendar(Run(run.folder, spring, run.logs))
    assert found["midnights"] == [0, 24 * 3_600_000, 47 * 3_600_000, 71 * 3_600_000]
    assert found["jumps"] == [[0, 0], [26 * 3_600_000, 3_600_000]]
