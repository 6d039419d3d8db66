"""Profiles as users write them: composed, checked, drafted, previewed; what each field does to the day."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from agents.agenda import draw
from agents.person import Person
from agents.schedule import waking
from agents.step import Step
from agents.words import introduce
from evaluation import preview
from runner.memories import with_own
from scenarios.errors import UserError
from scenarios.frozen import clock_text
from scenarios.including import SHIPPED
from scenarios.loading import load_scenario
from scenarios.resident import Profile
from scenarios.tastes import leanings
from scenarios.validating import load_fragment, load_profile, validate
from sppc.compress import remember
from tests.command import said
from tests.stories import CATALOGUE, a_house, a_person, doing, events, someone, told, watch
from world.clock import HOUR, MINUTE
from world.event import Kind

PROFILES = sorted(file.stem for file in (SHIPPED / "profiles").glob("*.yaml"))
FRAGMENTS = sorted(file.stem for file in (SHIPPED / "fragments").glob("*.yaml"))
HOUSEHOLDS = sorted((SHIPPED / "households").glob("*.yaml"))
FAMILY = load_scenario(SHIPPED / "family.yaml").home
ROTA = {
    "cycle": ["early", "late", "night", "off"],
    "shifts": {
        "early": {"leave": "05:40", "back": "14:30"},
        "late": {"leave": "13:00", "back": "22:00"},
        "night": {"leave": "20:30", "back": "07:00"},
    },
}


def written(tmp_path: Path, text: str, name: str = "who.yaml", kind: str = "profile") -> Path:
    file = tmp_path / name
    file.write_text(f"# yaml-language-server: $schema=x/{kind}.json\n{text}", encoding="utf-8")
    return file


def profile(tmp_path: Path, text: str) -> Profile:
    return load_profile(written(tmp_path, text))


def refusal(tmp_path: Path, text: str, kind: str = "profile") -> str:
    with pytest.raises(UserError) as error:
        validate(written(tmp_path, text, kind=kind))
    return str(error.value)


def inhabitant(who: Profile) -> Person:
    log = with_own(None, who)
    memory = None if log is None else remember(log, 10**6, 0, CATALOGUE.polling())
    return a_person(who, memory, home=FAMILY)


def days(who: Profile, count: int = 7) -> list[Sequence[Step]]:
    person = inhabitant(who)
    return [draw(person, waking(person, day)) for day in range(count)]


def hours_of(steps: Sequence[Sequence[Step]], name: str) -> float:
    return sum(step.minutes for day in steps for step in day if step.activity == name) / 60


def times(steps: Sequence[Sequence[Step]], name: str) -> int:
    return sum(step.activity == name for day in steps for step in day)


# --- composing ---------------------------------------------------------------------------------------------


def test_a_name_and_an_archetype_are_enough(tmp_path: Path) -> None:
    who = profile(tmp_path, "name: Zoë Müller\narchetype: teacher\n")
    assert (who.id, who.name, who.occupation) == (
        "zoe_muller",
        "Zoë Müller",
        "teacher of physics and mathematics",
    )
    assert who.schedule == load_profile(SHIPPED / "profiles" / "teacher.yaml").schedule


def test_what_is_found_is_no_occasion_to_look_for_what_is_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sought: list[str] = []
    monkeypatch.setattr(
        "scenarios.problems.get_close_matches", lambda word, *_, **__: sought.append(word) or []
    )
    assert profile(tmp_path, "name: Zoë\narchetype: teacher\nextends: [night_owl]\n").id == "zoe"
    assert sought == []


def test_fragments_are_laid_over_the_archetype_and_the_persons_own_keys_over_both(tmp_path: Path) -> None:
    written(tmp_path, "tastes: [kites]\nschedule: {bed: 21:00}\nmobility: 0.5\n", "windy.yaml", "fragment")
    text = """
name: Ann
archetype: teacher
extends: [night_owl, windy, arthritis]
schedule: {wake: 05:50}
tastes: [tea]
intents: [{activity: relax, per_week: 1}]
"""
    who, base = profile(tmp_path, text), load_profile(SHIPPED / "profiles" / "teacher.yaml")
    assert who.schedule is not None and base.schedule is not None
    assert (who.schedule.wake, who.schedule.bed, who.schedule.away) == (350, 21 * 60, base.schedule.away)
    assert (who.chronotype, who.mobility) == ("late", 0.68), "of two fragments the later counts"
    assert {*base.tastes, "kites", "late evenings", "tea"} == set(who.tastes)
    assert [it.per_week for it in who.intents if it.activity == "relax"] == [1], "one's own word is the last"
    assert who.extends == ("night_owl", "windy", "arthritis")


def test_a_rota_takes_the_place_of_hours_away(tmp_path: Path) -> None:
    rota = "rota: {cycle: [day, 'off'], shifts: {day: {leave: 07:00, back: 19:00}}}"
    who = profile(tmp_path, f"name: A\narchetype: long_covid\nroutines: []\nschedule: {{{rota}}}\n")
    assert who.schedule is not None and who.schedule.rota is not None and not who.schedule.away


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "name: A\narchetype: techer\n",
            ":3: archetype: no archetype 'techer'; did you mean 'teacher'?",
        ),
        (
            "name: A\nextends: [nigth_owl]\n",
            ":3: extends: no fragment 'nigth_owl'; did you mean 'night_owl'?",
        ),
        ("archetype: teacher\n", "name: missing key"),
        ("name: A\narchetype: [teacher]\n", "archetype: expected"),
        ("name: A\nextends: [who.yaml]\n", "extends: 'who.yaml' includes itself"),
    ],
)
def test_what_cannot_be_composed_is_said(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refusal(tmp_path, text)


def test_ids_come_from_names_and_must_differ(tmp_path: Path) -> None:
    home = "name: x\nstart: 2026-01-12\nhome: {include: homes/family_house.yaml}\nresidents:\n"
    twins = home + "  - {archetype: teacher, name: Ann}\n  - {archetype: baker, name: ann}\n"
    assert ":7: residents.1.id: resident 'ann' exists already" in refusal(tmp_path, twins, "scenario")


# --- contradictions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("schedule: {wake: 07:00, bed: 07:00}", ":3: schedule.bed: bed and wake are both 07:00"),
        ("schedule: {wake: 08:00, bed: 08:05}", "up from 08:00 until 08:05, less than 6 hours"),
        (
            "archetype: night_shift_nurse\nage: 9",
            "who.yaml:2: schedule.away.0.place: at 9 years nobody goes to 'hospital'; expected one of",
        ),
        ("archetype: night_shift_nurse\nage: 9", "(so it stands in night_shift_nurse.yaml:"),
        ("schedule: {wake: 07:00, bed: 05:00}", "bed at 05:00 and waking at 07:00 (mon) leave less"),
        (
            "schedule: {wake: 09:00, away: [{days: mon, leave: 08:00, back: 16:00}]}",
            "schedule.wake: asleep until 09:00, but at 08:00 it is time to leave for work (mon)",
        ),
        (
            "schedule:\n  away:\n    - {days: mon, leave: 08:00, back: 16:00}\n"
            "    - {days: daily, leave: 15:00, back: 18:00, place: gym}",
            ":6: schedule.away.1: the hours at gym begin at 15:00, before those at work have ended (16:00)",
        ),
        (
            "schedule: {wake: 15:00, bed: 07:30, away: [{days: sun, leave: 21:00, back: 17:00}, "
            "{days: mon, leave: 16:00, back: 22:00}]}",
            "before those at work have ended (17:00)",
        ),
        ("age: 2\nschedule: {away: [{days: mon, leave: 08:00, back: 16:00}]}", "at 2 years nobody goes to"),
        ("age: 3\nneeds_care: none", "nobody of 3 years looks after themself"),
        ("intents: [{activity: sking}]", "intents.0.activity: no activity 'sking'"),
        ("age: 6\nintents: [{activity: cook}]", "at 6 years nobody does 'cook' by themself (from 12 years)"),
        ("intents: [{activity: play}]", "at 35 years nobody does 'play' by themself (up to 9 years)"),
        ("avoids: [read]\nintents: [{activity: read}]", "'read' stands under `avoids`, too"),
        ("forbidden: [Oven]\nintents: [{activity: bake}]", "'bake' takes the Oven, which stands under"),
        (
            "forbidden: [Television]\nextends: [evening_television]",
            "'watch_television' takes the Television, which stands under `forbidden`",
        ),
        ("avoids: [skiing]", "avoids.0: no activity 'skiing'"),
        ("relationships: [{to: ann, kind: friend}]", "'ann' is the person's own id"),
        ("relationships: [{to: bo, kind: frend}]", "expected one of partner"),
        ("routines: [{name: x, steps: [{at: 07:00, activity: read}]}]", "says neither `days`"),
        ("routines: [{name: x, on: [late], steps: [{at: back+5, activity: read}]}]", "no kind of day 'late'"),
        ("routines: [{name: x, on: [free], steps: [{at: noon, activity: read}]}]", "expected a time such as"),
        ("chronotype: lark", "chronotype"),
    ],
)  # fmt: skip
def test_a_profile_that_contradicts_itself_is_told_so(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refusal(tmp_path, f"name: Ann\n{text}\n")


@pytest.mark.parametrize(
    ("rota", "sentence"),
    [
        (
            "{cycle: [late, early, 'off'], "
            "shifts: {late: {leave: 13:00, back: 22:30}, early: {leave: 05:30, back: 14:00}}}",
            "cycle.0: 'late' ends at 22:30, 'early' begins at 05:30: 7.0 hours between them, 8 are needed",
        ),
        ("{cycle: [erly, 'off'], shifts: {early: {leave: 05:30, back: 14:00}}}", "no shift 'erly'; did you"),
        ("{cycle: ['off', 'off'], shifts: {day: {leave: 05:30, back: 14:00}}}", "no day of the cycle is"),
        ("{cycle: [early, 'off'], shifts: {early: {leave: 05:30}}}", "a shift has both `leave` and `back`"),
        (
            "{cycle: [early, 'off'], shifts: {early: {leave: 05:30, back: 14:00, wake: 06:00}}}",
            "asleep until 06:00, but at 05:30 it is time to leave for work (early)",
        ),
        (
            "{cycle: [night, 'off'], shifts: {night: {leave: 20:00, back: 06:00, bed: 22:00}}}",
            "until 22:00 the day after (night); give another bed",
        ),
    ],
)  # fmt: skip
def test_a_rota_that_nobody_can_live_is_told_so(tmp_path: Path, rota: str, sentence: str) -> None:
    assert sentence in refusal(tmp_path, f"name: Ann\nschedule: {{rota: {rota}}}\n")


def test_weekdays_and_a_rota_do_not_mix(tmp_path: Path) -> None:
    rota = "schedule: {rota: {cycle: [day, 'off'], shifts: {day: {leave: 07:00, back: 19:00}}}}\n"
    own = "routines: [{name: x, days: mon, steps: [{at: 09:00, activity: read}]}]\n"
    assert "routines.0.days: a rota knows no weekdays" in refusal(tmp_path, f"name: A\n{rota}{own}")
    of_weekdays = refusal(tmp_path, f"name: A\narchetype: office_worker\n{rota}")
    assert "office_worker.yaml goes by weekdays, but A lives by a rota; say `memory: null`" in of_weekdays


def test_too_few_beds_are_counted(tmp_path: Path) -> None:
    home = "name: x\nstart: 2026-01-12\nhome: {include: homes/two_room_flat.yaml}\nresidents:\n"
    four = "".join(f"  - {{archetype: baker, name: B{number}}}\n" for number in range(4))
    assert "4 residents need a bed, but the home has 3 (bedroom 2, living 1)" in refusal(
        tmp_path, home + four, "scenario"
    )
    three = "".join(f"  - {{archetype: baker, name: B{n}, bedroom: bedroom}}\n" for n in range(3))
    crowded = refusal(tmp_path, home + three, "scenario")
    assert ":8: residents.2.bedroom: 'bedroom' has beds for 2; choose another room" in crowded


def test_bedrooms_are_given_out(tmp_path: Path) -> None:
    text = """\
name: x
start: 2026-01-12
home: {include: homes/family_house.yaml}
residents:
  - {archetype: teacher, name: Ann, relationships: [{to: bo, kind: partner}]}
  - {archetype: chef, name: Bo}
  - {archetype: grandfather, name: Cy}
  - {archetype: schoolgirl, name: Di}
  - {archetype: baby, name: Ed}
"""
    rooms = {
        who.name: who.bedroom for who in load_scenario(written(tmp_path, text, kind="scenario")).residents
    }
    assert rooms["Ann"] == rooms["Bo"] != rooms["Cy"]
    assert rooms["Di"] == "children"


# --- what each field does ----------------------------------------------------------------------------------


def test_a_rota_goes_round_whatever_the_weekday_and_night_shifts_sleep_by_day() -> None:
    person = inhabitant(someone(schedule={"rota": ROTA}))
    kinds = [person.hours(day).kind for day in range(8)]
    assert kinds == ["early", "late", "night", "off"] * 2
    late = inhabitant(someone(schedule={"rota": {**ROTA, "first": 2}}))
    assert [late.hours(day).kind for day in range(3)] == ["night", "off", "early"]
    night, off = waking(person, 2), waking(person, 3)
    clock = person.clock
    assert clock.local(night.bed)[0] == 3 and 7 * 60 < clock.local(night.bed)[2] < 10 * 60
    assert off.wake - night.bed >= 4.4 * HOUR, "and then one sleeps"
    dated = inhabitant(someone(schedule={"rota": {**ROTA, "first": person.clock.date_of(-1)}}))
    assert dated.hours(0).kind == "late"


def test_routines_go_with_the_persons_own_hours() -> None:
    routine = {
        "name": "on the way", "on": ["work"],
        "steps": [
            {"at": "leave-30", "activity": "study"}, {"at": "back+40", "activity": "bathe", "minutes": 30},
        ],
    }  # fmt: skip
    early = days(someone(schedule={"rota": ROTA}, routines=[routine]), 4)
    for day, expected in zip(early, ("05:10", "12:30", "20:00"), strict=False):
        start = next(step.start for step in day if step.activity == "study")
        minute = inhabitant(someone()).clock.local(start)[2]
        assert abs(minute - (int(expected[:2]) * 60 + int(expected[3:]))) < 45, clock_text(minute)
    assert times(early[3:], "study") == 0, "not on the day off"
    bathe = next(step for step in early[2] if step.activity == "bathe")
    assert 20 < bathe.minutes < 40, "as long as written"


def test_chronotype_moves_free_days_more_than_working_days() -> None:
    away = [{"days": "mon-fri", "leave": "08:30", "back": "17:00"}]
    usual, late, early = (
        inhabitant(someone(schedule={"away": away}, chronotype=kind)).rhythm.days
        for kind in (0, "late", "early")
    )
    assert (late[6].wake - usual[6].wake, early[6].wake - usual[6].wake) == (75, -60)
    assert 0 < late[0].wake - usual[0].wake < 30 < 60 < late[5].bed - usual[5].bed
    assert usual[0].away == late[0].away == early[0].away


def test_medicine_is_taken_and_nights_are_broken() -> None:
    ill = someone(health={"medication": ["08:00", "20:00"], "night_visits": 1.5, "wakeful": 5, "naps": 7})
    well = someone()
    assert times(days(ill), "take_medicine") == 14 and times(days(well), "take_medicine") == 0
    assert times(days(ill), "nap") >= 4 > times(days(well), "nap")
    nights = [len([step for step in day if step.activity == "sleep"]) for day in days(ill)]
    assert max(nights) >= 3 and times(days(ill), "sleep") > times(days(well), "sleep") + 7


def test_a_child_that_wakes_is_looked_after_and_nothing_else_of_the_night_moves() -> None:
    parent, was = someone(health={"night_care": 2, "wakeful": 3}), someone(health={"wakeful": 3})
    fed = times(days(parent), "care_for_child")
    assert 8 <= fed <= 14 and times(days(was), "care_for_child") == 0
    awake = ("read", "tea", "watch_television")
    assert sum(times(days(parent), name) for name in awake) == sum(times(days(was), name) for name in awake)


def test_whoever_walks_slowly_arrives_later() -> None:
    arrived = {}
    for mobility in (1.0, 0.5):
        house = a_house(someone(mobility=mobility))
        seen = events(watch(house, {"ann": told(doing("relax", "bathroom", 30))}, 20 * MINUTE))
        arrived[mobility] = next(
            event.time for event in seen if event.kind is Kind.MOVE and event.room == "bathroom"
        )
    assert arrived[0.5] == pytest.approx(2 * arrived[1.0], rel=0.02)


def test_tastes_lean_towards_pastimes_and_unknown_ones_are_only_told() -> None:
    plain, reader = days(someone(), 14), days(someone(tastes=["detective novels", "quiet armchair"]), 14)
    assert hours_of(reader, "read") > 1.25 * hours_of(plain, "read")
    assert leanings(["the smell of rain"]) == {} and "smell of rain" in introduce(
        someone(tastes=["the smell of rain"])
    )
    assert leanings(["bookshelves"]) == {}, "whole words"


def test_what_one_avoids_or_is_too_young_for_one_does_not_do() -> None:
    assert times(days(someone(avoids=["read", "relax"]), 3), "read") == 0 < times(days(someone(), 3), "read")
    small = {step.activity for day in days(someone(age=2), 5) for step in day}
    assert "play" in small
    assert not small & {"use_computer", "call_someone", "go_out", "study", "coffee", "snack", "tidy"}


def test_who_needs_care_and_who_may_give_it() -> None:
    care = {age: someone(age=age).care for age in (0, 3, 4, 9, 10, 40)}
    assert care == {0: "constant", 3: "constant", 4: "company", 9: "company", 10: "none", 40: "none"}
    assert [someone(age=age).minds_others for age in (9, 13, 14, 80)] == [False, False, True, True]
    assert not someone(age=80, needs_care="company").minds_others


def test_the_prompt_tells_what_one_lives_with_and_who_one_is_to_others() -> None:
    ties = [{"to": "elias", "kind": "parent"}, {"to": "old_tom", "kind": "cared_for"}]
    words = introduce(someone(health={"conditions": ["asthma"]}, relationships=ties))
    assert "Lives with asthma." in words and "parent of Elias, cared for of Old Tom." in words


# --- what is shipped ---------------------------------------------------------------------------------------


def test_there_are_people_enough_and_they_differ() -> None:
    people = [load_profile(SHIPPED / "profiles" / f"{name}.yaml") for name in PROFILES]
    assert len(people) >= 38 and len(HOUSEHOLDS) >= 12
    assert len({who.id for who in people}) == len(people) == len({who.about for who in people})
    assert min(who.age for who in people) == 0 and max(who.age for who in people) > 80
    assert sum(bool(who.health.conditions) for who in people) >= 6


@pytest.mark.parametrize("name", FRAGMENTS)
def test_every_fragment_is_sound_and_of_use(name: str) -> None:
    fragment = load_fragment(SHIPPED / "fragments" / f"{name}.yaml")
    assert fragment.model_fields_set - {"id", "name"}


@pytest.mark.parametrize("name", PROFILES)
def test_everybody_lives_whole_sensible_days(name: str) -> None:
    who = load_profile(SHIPPED / "profiles" / f"{name}.yaml")
    if who.memory is not None:
        return  # tests/test_content.py looks at those
    person, meals = inhabitant(who), 0
    for day in range(9):
        today = waking(person, day)
        steps = draw(person, today)
        assert steps[0].start >= today.wake and all(a.end <= b.start for a, b in pairwise(steps))
        asleep = sum(step.minutes for step in steps if step.activity == "sleep") / 60
        assert 4 <= asleep <= 13, f"{name}, day {day}: {asleep:.1f} hours of sleep"
        at_home = [step for step in steps if step.room != "outside"]
        up = sum(step.minutes for step in at_home if not step.asleep)
        own = sum(
            step.minutes
            for step in at_home
            if step.basis in ("memory", "intent", "schedule") and not step.asleep
        )
        assert own > 0.15 * up, f"{name}, day {day}: only {own / up:.2f} of the time is their own"
        meals += times([steps], "eat") + times([steps], "breakfast")
    assert meals >= 7, f"{name} has {meals} meals in nine days"


@pytest.mark.parametrize("file", HOUSEHOLDS, ids=lambda file: file.stem)
def test_every_household_lives_a_day(file: Path) -> None:
    run = preview.preview(str(file), 0)
    log = run.log()
    assert set(log.residents) == {who.id for who in run.scenario.residents}
    assert not [event for event in log.events if event.kind is Kind.REFUSED and event.value == "impossible"]


# --- commands ----------------------------------------------------------------------------------------------


def test_a_new_profile_is_sound_as_it_is_and_with_every_line_uncommented(tmp_path: Path) -> None:
    file = tmp_path / "mira.yaml"
    done = said(
        "new-profile", "--name", 'Mira "Mi" O\'Neil', "--archetype", "rotating_nurse", "--out", str(file)
    )
    assert done.code == 0 and "preview" in done.out
    assert load_profile(file).name == 'Mira "Mi" O\'Neil'
    again = said("new-profile", "--name", "X", "--archetype", "teacher", "--out", str(file))
    assert again.code == 2 and "exists already" in again.err and load_profile(file).id == "mira_mi_o_neil"
    wrong = said("new-profile", "--name", "X", "--archetype", "techer", "--out", str(tmp_path / "x.yaml"))
    assert wrong.code == 2 and "did you mean 'teacher'?" in wrong.err
    nobody = said(
        "new-profile", "--name", "美咲", "--archetype", "teacher", "--out", str(tmp_path / "x.yaml")
    )
    assert nobody.code == 2 and "Latin letter" in nobody.err and not (tmp_path / "x.yaml").exists()


@pytest.mark.parametrize("name", ["teacher", "toddler", "assembly_rota"])
def test_every_commented_line_of_a_draft_says_what_could_stand_there(tmp_path: Path, name: str) -> None:
    from scenarios.drafting import draft

    lines = draft("Mira", name, tmp_path).splitlines()
    keys = [line.removeprefix("# ") for line in lines[7:] if line.startswith("# ") and ":" in line]
    allowed = {
        "schedule",
        "extends",
        "age",
        "mobility",
        "comfort",
        "health",
        "avoids",
        "forbidden",
        "chronotype",
    }
    single = [line for line in keys if line.partition(":")[0] in allowed - {"schedule"}]
    text = "\n".join([*lines, *single, ""])
    assert load_profile(written(tmp_path, text)).name == "Mira"


def test_preview_shows_a_day_and_draws_it(tmp_path: Path) -> None:
    picture = tmp_path / "day.svg"
    done = said("preview", "musician", "--day", "5", "--svg", str(picture))
    assert done.code == 0
    assert "Elena, Saturday" in done.out and "z asleep, · out" in done.out and "concert hall" in done.out
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert said("preview", "musician", "--day", "5").out.splitlines() == done.out.splitlines()[:-1], (
        "the same again"
    )


def test_preview_of_a_household_and_of_what_is_none(tmp_path: Path) -> None:
    done = said("preview", str(SHIPPED / "households" / "elderly_couple_paris.yaml"), "--resident", "Henri")
    assert done.code == 0 and "Henri, Monday" in done.out and "Margot, Monday" not in done.out
    assert "did you mean 'musician'?" in said("preview", "musican").err
    assert "expected a profile or a scenario" in said("preview", str(SHIPPED / "homes" / "studio.yaml")).err
    assert said("preview", "musician", "--day", "-1").code == 2
