"""What is wrong with rules is said at their line: names, dead rules, quarrels, loops."""
# ruff: noqa: E501

from pathlib import Path
from textwrap import indent

import pytest

from scenarios.automation import MOST_RULES
from scenarios.errors import UserError
from scenarios.including import SHIPPED
from scenarios.loading import load_scenario
from scenarios.validating import load_home, validate

LINES = 4  # before the first rule
HEAD = """\
# yaml-language-server: $schema=home.json
include: homes/two_room_flat.yaml
automations:
"""


def problems(folder: Path, rules: str) -> list[str]:
    """'2: a.then.0: what is wrong', lines counted from the first rule."""
    path = folder / "home.yaml"
    path.write_text(HEAD + indent(rules.strip("\n"), "  "), encoding="utf-8")
    try:
        load_home(path)
    except UserError as error:
        lines = [
            line.removeprefix(f"{path}:").partition(": automations.") for line in str(error).splitlines()
        ]
        return [f"{int(number) - LINES + 1}: {what}" for number, _, what in lines]
    return []


def lamp(room: str, becomes: str, **more: object) -> str:
    test = f"device: {room}_lamp, attribute: switch, becomes: {becomes}"
    return "{" + ", ".join([test, *(f"{key}: {value}" for key, value in more.items())]) + "}"


def give(device: str, command: str, **more: object) -> str:
    return (
        "{"
        + ", ".join([f"device: {device}", f"command: {command}", *(f"{k}: {v}" for k, v in more.items())])
        + "}"
    )


def rule(name: str, when: str, then: str, provided: str = "") -> str:
    return f"{name}: {{when: [{when}], provided: [{provided}], then: [{then}]}}\n"


SEES = "{device: hall_motion, attribute: motion, becomes: active}"
SWITCHES = give("hall_lamp", "switch on")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{device: hall_motio, attribute: motion, becomes: active}", "device: no device 'hall_motio'; did you mean 'hall_motion'?"),
        ("{device: hall_motion, attribute: motin, becomes: active}", "attribute: no attribute of hall_motion 'motin'; did you mean 'motion'?"),
        ("{device: hall_motion, attribute: motion, becomes: activ}", "becomes: no motion 'activ'; did you mean 'active'?"),
        ("{device: hall_motion, attribute: motion, above: 3}", "above: 'motion' is no number but one of active, inactive: say becomes"),
        ("{device: hall_lamp, attribute: level, becomes: on}", "becomes: 'level' is a number: say above or below"),
        ("{device: hall_lamp, attribute: level, above: 100}", "above: 'level' is a number from 1 to 100: it crosses no 100"),
        ("{device: hall_lamp, attribute: level, below: 1}", "below: 'level' is a number from 1 to 100: it crosses no 1"),
        ("{at: 25:00}", "at: expected a time of day from 00:00 to 23:59, such as 07:30; got '25:00'"),
        ("{sun: noon}", "sun: expected one of sunrise, sunset; got 'noon'"),
        ("{at: 7:00, home: empty}", ": a trigger is one of at, sun, device or home; got at and home"),
        ("{}", ": a trigger is one of at, sun, device or home; got none"),
        ("{at: 7:00, lasting: 60}", ": lasting belongs to device or home"),
        ("{sun: sunset, ofset: 30}", "ofset: unknown key; did you mean 'offset'?"),
    ],
)  # fmt: skip
def test_a_trigger_means_something(tmp_path: Path, when: str, said: str) -> None:
    place = said if said.startswith(":") else f".{said}"
    assert problems(tmp_path, f"x:\n  when: [{when}]\n  then: [{SWITCHES}]") == [f"2: x.when.0{place}"]


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (give("hall_lmp", "switch on"), "device: no device 'hall_lmp'; did you mean 'hall_lamp'?"),
        (give("hall_lamp", "switch onn"), "command: no command of hall_lamp 'switch onn'; did you mean 'switch on'?"),
        (give("hall_lamp", "refresh refresh"), "command: 'refresh refresh' is status polling: no rule can give it"),
        (give("hall_lamp", "setLevel"), "value: 'setLevel' needs a value: a number from 1 to 100"),
        (give("hall_lamp", "setLevel", value=101), "value: 'setLevel' takes a number from 1 to 100; got '101'"),
        (give("hall_lamp", "setLevel", value="nan"), "value: 'setLevel' takes a number from 1 to 100; got 'nan'"),
        (give("hall_lamp", "setColor", value="ultraviolet"), "value: 'setColor' takes one of"),
        (give("hall_lamp", "switch on", value=1), "value: 'switch on' takes no value"),
        (give("hall_lamp", "switch on", wait=-1), "wait: expected 0 or more; got -1"),
    ],
)  # fmt: skip
def test_an_act_can_be_done(tmp_path: Path, then: str, said: str) -> None:
    (found,) = problems(tmp_path, f"x:\n  when: [{SEES}]\n  then:\n  - {SWITCHES}\n  - {then}")
    assert found.startswith(f"5: x.then.1.{said}")


def test_what_no_network_knows_is_neither_seen_nor_commanded(tmp_path: Path) -> None:
    path = tmp_path / "home.yaml"
    text = (
        "include: homes/studio.yaml\n"
        "devices: {pane: {type: Window, room: living}, knob: {type: Button, room: living}}\n"
        "rooms: {living: {kind: living}}\ndoors: [[outside, living]]\n"
        "automations:\n"
        "  a: {when: [{device: pane, attribute: window, becomes: open}], then: [{device: pane, command: close}]}\n"
        "  b: {when: [{device: knob, attribute: button, becomes: pushed}], then: [{device: pane, command: close}]}\n"
    )
    path.write_text("# $schema=home.json\n" + text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        validate(path)
    assert [line.partition(": automations.")[2] for line in str(caught.value).splitlines()] == [
        "a.then.0.device: a Window is known to no network: a rule cannot command it",
        "a.when.0.device: a Window is known to no network: a rule cannot see it",
        "b.then.0.device: a Window is known to no network: a rule cannot command it",
    ]


@pytest.mark.parametrize(
    ("when", "provided", "said"),
    [
        ("{at: 23:00}", "{after: 7:00, before: 22:00}", "when.0: never fires the rule: its conditions do not hold then"),
        ("{home: empty}", "{home: occupied}", "when.0: never fires"),
        ("{sun: sunset}", "{after: 8:00, before: 8:00}", "provided.0: no time is both after and before the same"),
        (SEES, "{after: 22:00, before: 6:00}, {after: 7:00, before: 9:00}", "provided.1: can never hold together"),
        (SEES, "{days: mon-fri}, {days: sat}", "provided.1: can never hold together"),
        (SEES, "{sun: up}, {sun: down}", "provided.1: can never hold together"),
        (SEES, "{device: hall_lamp, attribute: switch, equals: on}, {device: hall_lamp, attribute: switch, equals: off}", "provided.1: can"),
        (SEES, "{device: hall_lamp, attribute: level, above: 50}, {device: hall_lamp, attribute: level, below: 50}", "provided.1: can"),
        (lamp("hall", "on"), "{device: hall_lamp, attribute: switch, equals: off}", "when.0: never fires"),
        (SEES, "{}", "provided.0: a condition says something"),
    ],
)  # fmt: skip
def test_a_rule_that_can_never_fire_is_found(tmp_path: Path, when: str, provided: str, said: str) -> None:
    (found,) = problems(tmp_path, rule("x", when, SWITCHES, provided))
    assert found.startswith(f"1: x.{said}")


@pytest.mark.parametrize(
    ("when", "provided"),
    [
        ("{at: 5:59}", "{after: 22:00, before: 6:00}"),
        ("{at: 22:00}", "{after: 22:00}"),
        (SEES, "{after: 22:00, before: 6:00}, {after: 5:00, before: 7:00}, {days: mon-fri}, {days: fri-sat}"),
        (
            "{device: hall_lamp, attribute: level, above: 50}",
            "{device: hall_lamp, attribute: level, below: 51}",
        ),
    ],
)
def test_what_can_hold_together_is_left_alone(tmp_path: Path, when: str, provided: str) -> None:
    assert problems(tmp_path, rule("x", when, give("kitchen_lamp", "switch on"), provided)) == []


def test_rules_that_command_opposite_things_at_once_are_found(tmp_path: Path) -> None:
    off = give("hall_lamp", "switch off")
    weekend = rule("a", "{at: 7:00}", SWITCHES, "{days: sat-sun}")
    assert problems(
        tmp_path, rule("a", "{at: 7:00}", SWITCHES) + rule("b", "{at: 8:00}, {at: 7:00}", off)
    ) == ["2: b: 'b' and 'a' command opposite things at the same instant: hall_lamp, its switch"]
    assert problems(tmp_path, weekend + rule("b", "{at: 7:00}", off, "{days: mon-fri}")) == []
    assert problems(tmp_path, weekend + rule("b", "{at: 7:00}", off, "{days: fri-sun}")) != []
    assert problems(tmp_path, rule("a", "{at: 7:00}", SWITCHES) + rule("b", "{at: 7:01}", off)) == []


def loops(folder: Path, *rules: str) -> list[str]:
    found = problems(folder, "".join(rules))
    assert all(": a loop: " in line for line in found), found
    return found


def test_two_rules_that_toggle_each_other_are_a_loop(tmp_path: Path) -> None:
    assert loops(
        tmp_path,
        rule("other", "{at: 7:00}", SWITCHES),
        rule("ping", lamp("hall", "on"), give("kitchen_lamp", "switch toggle")),
        rule("pong", lamp("kitchen", "on"), give("hall_lamp", "switch toggle")),
    ) == [
        "2: ping: a loop: 'ping' and 'pong' set each other off without end: "
        "'ping' gives kitchen_lamp 'switch toggle', which fires 'pong'; "
        "'pong' gives hall_lamp 'switch toggle', which fires 'ping'; "
        "a condition that does not hold then ends it"
    ]


def test_the_shortest_circle_is_told_from_its_first_rule(tmp_path: Path) -> None:
    found = loops(
        tmp_path,
        rule("c", lamp("bedroom", "on"), give("hall_lamp", "switch on")),
        rule("a", lamp("hall", "on"), give("kitchen_lamp", "switch on")),
        rule("detour", lamp("hall", "on"), give("living_lamp", "switch on")),
        rule("back", lamp("living", "on"), give("kitchen_lamp", "switch on")),
        rule("b", lamp("kitchen", "on"), give("bedroom_lamp", "setLevel", value=30)),
    )
    assert [line.partition(" set each")[0] for line in found] == ["1: c: a loop: 'c', 'a' and 'b'"]


@pytest.mark.parametrize(
    "rules",
    [
        rule("a", f"{lamp('hall', 'on')}, {lamp('hall', 'off')}", give("hall_lamp", "switch toggle")),
        rule("a", "{device: washer, attribute: machine, becomes: stop}",
             give("washer", "washerOperatingState setMachineState run", wait=60)),
        rule("a", lamp("hall", "on"), give("hall_lamp", "switch off"))
        + rule("b", lamp("hall", "off", lasting=60), give("hall_lamp", "switch on")),
        rule("a", "{device: television, attribute: volume, above: 20}", give("television", "setVolume", value=5))
        + rule("b", "{device: television, attribute: volume, below: 10}", give("television", "setVolume", value=25)),
        rule("a", "{device: coffee_machine, attribute: power, below: 5}", give("coffee_machine", "switch on"))
        + rule("b", "{device: coffee_machine, attribute: power, above: 500}", give("coffee_machine", "switch off")),
    ],
    ids=["itself", "programme", "lasting", "numbers", "power"],
)  # fmt: skip
def test_loops_of_all_kinds_are_found(tmp_path: Path, rules: str) -> None:
    assert len(loops(tmp_path, rules)) == 1


DARK = "{device: kitchen_lamp, attribute: switch, equals: off}"


@pytest.mark.parametrize(
    "rules",
    [
        rule("on", SEES, SWITCHES)
        + rule("off", "{device: hall_motion, attribute: motion, becomes: inactive}", give("hall_lamp", "switch off")),
        rule("a", lamp("hall", "on"), give("hall_lamp", "setLevel", value=40)),
        rule("a", lamp("hall", "on"), give("kitchen_lamp", "switch on"))
        + rule("b", lamp("kitchen", "off"), give("hall_lamp", "switch off")),
        rule("a", lamp("hall", "on"), give("kitchen_lamp", "switch on"), DARK)
        + rule("b", lamp("kitchen", "on"), give("hall_lamp", "switch on"),
               "{device: hall_lamp, attribute: switch, equals: off}"),
        rule("a", lamp("hall", "on"), give("hall_lamp", "switch off"), "{after: 8:00, before: 12:00}")
        + rule("b", lamp("hall", "off"), give("hall_lamp", "switch on"), "{after: 12:00, before: 18:00}"),
        rule("a", "{device: television, attribute: volume, above: 20}", give("television", "volumeDown")),
        rule("wake", lamp("hall", "on"),
             give("hall_lamp", "setLevel", value=10) + ", " + give("hall_lamp", "setLevel", value=90, wait=60)),
    ],
    ids=["motion", "same again", "one way", "guarded", "other hours", "downwards", "by and by"],
)  # fmt: skip
def test_what_provably_ends_is_no_loop(tmp_path: Path, rules: str) -> None:
    assert problems(tmp_path, rules) == []


def test_a_guard_is_worth_nothing_once_others_had_time(tmp_path: Path) -> None:
    guarded = "{device: hall_lamp, attribute: switch, equals: off}"
    for wait, found in ((0, 0), (60, 1)):
        one = rule("a", lamp("hall", "on"), give("kitchen_lamp", "switch on", wait=wait), DARK)
        other = rule("b", lamp("kitchen", "on"), give("hall_lamp", "switch on", wait=wait), guarded)
        assert len(loops(tmp_path, one, other)) == found


def test_the_worst_file_is_checked_to_its_end(tmp_path: Path) -> None:
    rooms = ("hall", "kitchen", "bedroom", "living")
    when = ", ".join(lamp(room, word) for room in rooms for word in ("on", "off"))
    then = ", ".join(give(f"{room}_lamp", "switch toggle") for room in rooms * 4)
    (found,) = problems(tmp_path, "".join(rule(f"r{number}", when, then) for number in range(MOST_RULES)))
    assert found.startswith("1: r0: a loop: 'r0' sets itself off")


def test_there_may_not_be_any_number_of_rules(tmp_path: Path) -> None:
    rules = [rule(f"r{number}", "{at: 7:00}", SWITCHES) for number in range(MOST_RULES + 1)]
    path = tmp_path / "home.yaml"
    path.write_text(HEAD + indent("".join(rules), "  "), encoding="utf-8")
    with pytest.raises(UserError, match=f"home.yaml:3: automations: expected at most {MOST_RULES} items"):
        load_home(path)


FILES = sorted((SHIPPED / "automations").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_of_rules_is_good_by_itself(path: Path) -> None:
    assert validate(path) == "automations"


def test_the_shipped_rules_fit_the_shipped_flat(tmp_path: Path) -> None:
    include = ", ".join(f"automations/{path.name}" for path in FILES)
    assert problems(tmp_path, f"include: [{include}]") == []


def test_rules_of_ones_own_come_before_the_included_and_the_first_file_before_the_second(
    tmp_path: Path,
) -> None:
    for name, minute in (("one", 1), ("two", 2)):
        rules = rule("x", f"{{at: 7:0{minute}}}", SWITCHES) + rule(name, "{at: 7:00}", SWITCHES)
        (tmp_path / f"{name}.yaml").write_text(rules, encoding="utf-8")
    home = tmp_path / "home.yaml"
    home.write_text(HEAD + "  include: [one.yaml, two.yaml]\n  " + rule("two", "{at: 9:00}", SWITCHES))
    found = {name: it.when[0].at for name, it in load_home(home).automations.items()}
    assert found == {"x": 421, "one": 420, "two": 540}
    home.write_text(HEAD + "  include: [one.yaml, {a: 1}]\n")
    with pytest.raises(
        UserError, match=r"home.yaml:4: automations.include: expected the path of a YAML file"
    ):
        load_home(home)


def test_an_unknown_key_of_an_included_rule_is_named_with_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f"# $schema=automations.json\nx:\n  wen: []\n  then: [{SWITCHES}]\n")
    with pytest.raises(UserError, match=r"mine.yaml:3: x.wen: unknown key; did you mean 'when'\?"):
        validate(tmp_path / "mine.yaml")
    with pytest.raises(
        UserError, match=r"mine.yaml:3: automations.x.wen: unknown key; did you mean 'when'\?"
    ):
        (tmp_path / "home.yaml").write_text(HEAD + "  include: mine.yaml\n")
        load_home(tmp_path / "home.yaml")


def test_rules_of_a_scenario_may_speak_of_its_own_device_types(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        (SHIPPED / "quickstart.yaml").read_text(encoding="utf-8").replace(
            "home: {include: homes/two_room_flat.yaml}",
            """\
device_types:
  - type: Kettle
    label: the kettle
    attributes: {switch: {values: [off, on], initial: off}}
    commands: {boil: {says: 'boil {device}', set: {switch: on}, finishes: {minutes: [3, 4], set: {switch: off}}}}
home:
  name: mine
  climate: {include: climates/paris.yaml}
  rooms: {living: {kind: living}, bedroom: {kind: bedroom}}
  doors: [[outside, living], [living, bedroom]]
  devices: {kettle: {type: Kettle, room: living}, living_heater: {type: Thermostat, room: living}}
  automations:
    again: {when: [{device: kettle, attribute: switch, becomes: off}], then: [{device: kettle, command: boil}]}
""",
        ),
        encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(
        UserError, match=r"mine.yaml:\d+: home.automations.again: a loop: 'again' sets itself off"
    ):
        load_scenario(path)
