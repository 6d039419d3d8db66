import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.errors import UserError
from scenarios.loading import load_scenario
from scenarios.problems import printable
from scenarios.scenario import Scenario
from scenarios.tree import MOST_NODES, plain
from scenarios.validating import LOADERS, validate
from scenarios.yaml12 import parse, read
from tests.command import said

HERE = Path("here.yaml")
GOOD = """\
name: small
start: 2026-01-12
home:
  climate: {include: climates/paris.yaml}
  rooms: {living: {kind: living}}
  doors: [[outside, living]]
  devices: {lamp: {type: Light, room: living}}
residents: [{id: abe, name: Abe, schedule: {wake: 6:30, away: [{days: daily, leave: 8:00, back: 9:00}]}}]
happenings: [{day: 0, at: 10:00, kind: visitor, to: [abe]}]
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22:30", "22:30"),
        ("2026-01-12", "2026-01-12"),
        ("on", "on"),
        ("No", "No"),
        ("yes", "yes"),
        ("1_000", "1_000"),
        ("'5'", "5"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("None", "None"),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("9" * 5000, float("inf")),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ("1: one", {"1": "one"}),
        ("{a: &x [1], b: *x}", {"a": [1], "b": [1]}),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_12(text: str, value: object) -> None:
    assert plain(parse(text, HERE)) == value


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (BOMB, 6, "once its aliases are written out"),
        ("#\n" * 3 + "[" * 100_000, 4, "nested deeper"),
        ("- " * 10_000, 1, "nested deeper"),
        ("[" + "1," * (MOST_NODES + 1) + "]", 1, "holds over 100000 values"),
        ("a: 1\nb: 2\na: 3", 3, "key 'a' stands twice; first on line 1"),
        ("a: !!python/object/apply:os.system [ls]", 1, "is not allowed: plain YAML only"),
        ("a:\n- !x 1", 2, "tag !x is not allowed"),
        ("a: 1\n---\nb: 2", 2, "holds several documents"),
        ("? [a]\n: 1", 1, "a key must be plain text"),
        ("a: &x [*x]", 1, "before its anchor ends"),
        ("a: *y", 1, "undefined alias|before its anchor ends"),
        ("a: [1\nb: 2", 2, "is not YAML"),
        ("a:\n\t- b", 2, "is not YAML"),
    ],
)
def test_what_data_never_needs_is_refused_at_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(UserError, match=rf"^here.yaml:{line}: .*({message})"):
        parse(text, HERE)


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    for data, message in [
        (b"a: 1\nb: \xff\xfe", ":2: is not UTF-8"),
        (b"a" * 5_000_001, "larger than 5 MB"),
        (b"a: \x00", "is not YAML"),
        ("a: 1".encode("utf-16"), "is not UTF-8"),
    ]:
        path.write_bytes(data)
        with pytest.raises(UserError, match=message):
            read(path)
    with pytest.raises(UserError, match="is a folder; a file was expected"):
        read(tmp_path)
    with pytest.raises(UserError, match=r"no such file; did you mean 'x.yaml'"):
        read(tmp_path / "xx.yaml")


def scenario_including(folder: Path, path: str) -> UserError:
    top = folder / "mine" / "top.yaml"
    top.parent.mkdir(exist_ok=True)
    top.write_text(f"name: a\n\nhome: {{include: {path}}}\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_scenario(top)
    assert f"{top}:3: home.include: " in str(caught.value)
    return caught.value


def test_an_include_stays_inside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("key: hunter2\n", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "link.yaml").symlink_to(secret)
    (tmp_path / "mine" / "up").symlink_to(tmp_path)
    for path in ("../secret.yaml", "link.yaml", "up/secret.yaml", "a/../../secret.yaml"):
        error = scenario_including(tmp_path, path)
        assert "lies outside the scenario's folder" in str(error) or "no file" in str(error)
        assert "hunter2" not in str(error)
    assert "must be relative" in str(scenario_including(tmp_path, str(secret)))
    assert "no usable path" in str(scenario_including(tmp_path, '"a\\0b"'))
    assert "expected the path" in str(scenario_including(tmp_path, "{a: 1}"))
    assert "lies outside" in str(scenario_including(tmp_path, "[../secret.yaml]"))
    assert "no file 'a'" in str(scenario_including(tmp_path, "[a]"))


def test_includes_do_not_go_round_or_too_deep(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"f{number}.yaml").write_text(
            f"home: {{include: f{number + 1}.yaml}}\n", encoding="utf-8"
        )
    with pytest.raises(UserError, match=r"includes go deeper than \d files"):
        load_scenario(tmp_path / "f0.yaml")
    (tmp_path / "f2.yaml").write_text("x: {include: f0.yaml}\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"f2.yaml:1: x.include: 'f0.yaml' includes itself"):
        load_scenario(tmp_path / "f0.yaml")


def test_includes_that_swell_are_refused(tmp_path: Path) -> None:
    for number in range(5):
        below = ", ".join([f"{{include: f{number + 1}.yaml}}"] * 20)
        (tmp_path / f"f{number}.yaml").write_text(f"a: [{below}]\n", encoding="utf-8")
    (tmp_path / "f5.yaml").write_text("a: 1\n", encoding="utf-8")
    with pytest.raises(UserError, match="holds over 100000 values"):
        load_scenario(tmp_path / "f0.yaml")


def test_a_named_pipe_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    pipe = tmp_path / "mine" / "pipe.yaml"
    os.mkfifo(pipe)
    assert "no file" in str(scenario_including(tmp_path, "pipe.yaml"))
    with pytest.raises(UserError, match="is no file; a file was expected"):
        validate(pipe)  # and nobody waits for what may never be written


def test_a_message_keeps_to_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text('"a\\nb\\e[31m": 1\nname: "x\\ny"\nhome: {include: "a\\nb"}\n', encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_scenario(path)
    assert all(line.startswith(str(path)) for line in str(caught.value).splitlines())
    assert "\x1b" not in str(caught.value)


def test_a_name_is_told_without_its_control_characters_and_otherwise_as_it_is() -> None:
    assert printable("lamp, \"quoted\"; 'x'\t\u202egnp") == "lamp, \"quoted\"; 'x'\\t\\u202egnp"


def test_a_run_tells_a_hostile_name_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    name = json.dumps("\u202eAnn\nis \x1b[31m")
    path.write_text(
        "name: hostile\nstart: 2026-01-12\ndays: 1\nhome: {include: homes/two_room_flat.yaml}\n"
        f"residents: [{{id: ann, archetype: teacher, name: {name}}}]\n",
        encoding="utf-8",
    )
    done = said(path, "--out", tmp_path / "run")
    assert done.code == 0
    assert all(line.isprintable() for line in (done.out + done.err).splitlines())


def load_text(folder: Path, data: bytes) -> object:
    """A user's error or a scenario, whatever the file holds; and so for every other kind of file."""
    path = folder / "any.yaml"
    path.write_bytes(data)
    for kind, loader in LOADERS.items():
        try:
            assert loader(path) is not None
        except UserError as error:
            assert str(error).isprintable() or "\n" in str(error), kind
    return None


REGRESSIONS = [
    # what was wrong, kind of file, what it held
    ("unprintable word in a message about a device", "device",
     b'{type: X, label: x, commands: {go: {says: "go {device}", set: {hue: $argument},'
     b' argument: {values: [a]}}}, attributes: {hue: {values: ["\\e[31m"], initial: "\\e[31m"}}}'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "data"), [(kind, data) for _, kind, data in REGRESSIONS],
                         ids=[what for what, *_ in REGRESSIONS])  # fmt: skip
def test_what_the_fuzzer_found_stays_mended(tmp_path: Path, kind: str, data: bytes) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        LOADERS[kind](path)
    assert all(line.isprintable() for line in str(caught.value).splitlines())


fuzz = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["include", "id", "rooms", "name"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@fuzz
@given(st.binary(max_size=200))
def test_any_bytes_are_loaded_or_refused(tmp_path: Path, data: bytes) -> None:
    load_text(tmp_path, data)


@fuzz
@given(st.text(alphabet="ab:-[]{}*&!|>'\"#,? \n\t%@`~<0.\\x\x85", max_size=60))
def test_any_text_is_loaded_or_refused(tmp_path: Path, text: str) -> None:
    load_text(tmp_path, text.encode())


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deep for step, below in steps for deep in paths(below, (*path, step)))]


GOOD_DATA = plain(parse(GOOD, HERE))


@fuzz
@given(st.sampled_from(paths(GOOD_DATA)[1:]), values)
def test_a_scenario_with_one_part_replaced_is_loaded_or_refused(
    tmp_path: Path, path: tuple[Any, ...], value: object
) -> None:
    data = plain(parse(GOOD, HERE))
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    file = tmp_path / "any.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    try:
        assert isinstance(load_scenario(file), Scenario)
    except UserError as error:
        assert "http" not in str(error)


def test_the_good_scenario_is_good(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_scenario(path).residents[0].name == "Abe"
