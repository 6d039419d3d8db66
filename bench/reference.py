"""Writes docs/reference/: every command, key of a file, column of a table, device type and activity.

`PYTHONPATH=. python bench/reference.py`. What it says comes from the commands' own help, the JSON Schemas
under scenarios/schema/, dataset/columns.yaml and the shipped catalogue; tests/test_docs_site.py tells when it
is stale.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import typer
import yaml

import run_sim
from scenarios.catalogue import load_catalogue
from scenarios.schema import MODELS

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "reference"
NOTE = "*Made by `PYTHONPATH=. python bench/reference.py`; edit {source} instead.*"
SHOWN = 60  # letters of a default

COMMANDS = """\
`python run_sim.py SCENARIO.yaml` is short for `python run_sim.py run SCENARIO.yaml`. Exit codes: 0 done, 1
failed, 2 something to mend in what was given, 3 a cap is reached, 130 stopped by Ctrl-C; the same command
goes on after 1, 3 and 130 ([runs](../runs.md#exit-codes))."""

FILES = """\
Every YAML file that Homefolk reads, and every key in it. The first line of a file, `# yaml-language-server:
$schema=…/scenarios/schema/scenario.json`, has an editor complete and explain the same keys; `python
run_sim.py validate FILE` checks them. `include: FILE` may stand wherever keys stand. A key whose default is
– must be given.
"""

TABLES = """\
Each is a folder of Parquet files, a file a household; `datasets.load_dataset(RUN, "oracle")` reads one, and
`python run_sim.py query RUN "select …"` asks them all in SQL. `events` and `sequences` are what an
installation would log; the others are the truth behind it, and no model that is tested may read them."""

CATALOGUE = """\
What a home can hold and what people can do in it. Types of five vocabularies; a type that is not connected
is used, but no log would show it."""


def pages() -> Mapping[str, str]:
    """Every page of the reference, by file name."""
    texts = {"commands": _commands(), "files": _files(), "tables": _tables(), "catalogue": _catalogue()}
    return {f"{name}.md": "\n".join(lines) + "\n" for name, lines in texts.items()}


def _commands() -> Iterator[str]:
    yield from _top("Commands", "`commands/`")
    yield COMMANDS
    for name, command in _each(typer.main.get_command(run_sim.app)):
        yield f"\n## {name}\n\n{command.help}\n"
        yield f"```sh\npython run_sim.py {' '.join([name, *_needed(command.params)])}\n```\n"
        yield from _table(("", "usually", ""), map(_option, command.params))


def _each(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _each(command, f"{above}{name} ")
        else:
            yield above + name, command


def _needed(options: Iterable[Any]) -> Iterator[str]:
    """What the shortest call holds: 'RUN --out OUT'."""
    for option in options:
        if option.param_type_name == "argument":
            yield _placeholder(option)
        elif option.required:
            yield f"{option.opts[0]} {option.name.upper()}"


def _placeholder(argument: Any) -> str:
    shown = argument.name.upper() + ("…" if argument.nargs == -1 else "")
    return shown if argument.required else f"[{shown}]"


def _option(option: Any) -> tuple[str, str, str]:
    name = _placeholder(option) if option.param_type_name == "argument" else " ".join(option.opts)
    bare = option.required or getattr(option, "is_flag", False) or option.default is None
    return f"`{name}`", "" if bare else f"`{option.default}`", f"{_choices(option)}{option.help or ''}"


def _choices(option: Any) -> str:
    """'`habit` or `llm`. ', where only these will do."""
    known = [it for it in _flat(option.type_descriptor.annotation) if isinstance(it, str)]
    return " or ".join(f"`{it}`" for it in known) + (". " if known else "")


def _flat(annotation: Any) -> Iterator[Any]:
    parts = get_args(annotation)
    yield from (leaf for part in parts for leaf in _flat(part)) if parts else (annotation,)


def _files() -> Iterator[str]:
    yield from _top("Files", "the models under `scenarios/` and the comments beside their keys")
    yield FILES
    schemas = {name: _read(ROOT / "scenarios" / "schema" / f"{name}.json") for name in MODELS}
    models: dict[str, Any] = {}
    for schema in schemas.values():
        models |= (
            {schema["title"]: schema} | schema["$defs"] if "$defs" in schema else {schema["title"]: schema}
        )
    roots = ((name, schema["title"]) for name, schema in schemas.items())
    links = ((f"`{name}`", f"[{title}](#{title.lower()})") for name, title in roots)
    yield from _table(("schema", "begins with"), links)
    for title in sorted(models):
        yield from _model(title, models[title])


def _model(title: str, model: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## {title}\n\n{' '.join(model.get('description', '').split())}\n"
    if "properties" not in model:
        yield f"{_type(model)}\n"
        return
    needed = {key for way in model.get("anyOf", ()) for key in way.get("required", ())}
    keys = {key: it for key, it in model["properties"].items() if key != "include"}
    rows = ((f"`{key}`", _type(it), _default(key in needed, it), _words(it)) for key, it in keys.items())
    yield from _table(("key", "what", "default", ""), rows)


def _words(key: Mapping[str, Any]) -> str:
    return " ".join(key.get("description", "").split())


def _default(needed: bool, key: Mapping[str, Any]) -> str:
    if needed:
        return "–"
    given = json.dumps(key.get("default"), ensure_ascii=False)
    return "" if given in ("null", '""', "[]", "{}") or len(given) > SHOWN else f"`{given}`"


def _type(key: Any) -> str:
    """'number from 0 to 1', 'list of [Step](#step)', '`a` or `b`'."""
    if "$ref" in key:
        name = key["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in key:
        return " or ".join(f"`{value}`" for value in key["enum"])
    if "const" in key:
        return f"`{key['const']}`"
    if ways := key.get("anyOf"):
        return " or ".join(dict.fromkeys(_type(way) for way in ways if way.get("type") != "null"))
    return _plain(key)


def _plain(key: Mapping[str, Any]) -> str:
    kind = key.get("type", "anything")
    if kind == "array" and key.get("items"):
        return f"list of {_type(key['items'])}"
    if kind == "array":
        return f"[{', '.join(_type(item) for item in key.get('prefixItems', ()))}]"
    if kind == "object":
        inner = key.get("additionalProperties")
        return f"by name: {_type(inner)}" if isinstance(inner, dict) else "keys"
    if isinstance(kind, list):
        return " or ".join({"string": "text", "array": "list"}.get(one, str(one)) for one in kind)
    return {"string": _text(key), "boolean": "true or false"}.get(kind, f"{kind}{_bounds(key)}")


def _text(key: Mapping[str, Any]) -> str:
    if key.get("examples"):
        return f"text such as `{key['examples'][0]}`"
    return {"date": "date"}.get(key.get("format", ""), "name" if "pattern" in key else "text")


def _bounds(key: Mapping[str, Any]) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    return "".join(
        f" {word} {key[bound]:g}" for bound, word in words.items() if abs(key.get(bound, 2**62)) < 2**62
    )


def _tables() -> Iterator[str]:
    yield from _top("Tables of a run", "`dataset/columns.yaml`")
    yield TABLES
    for table, columns in yaml.safe_load((ROOT / "dataset" / "columns.yaml").read_text("utf-8")).items():
        yield f"\n## {table}\n"
        yield from _table(("column", ""), ((f"`{name}`", words) for name, words in columns.items()))


def _catalogue() -> Iterator[str]:
    yield from _top("Devices and activities", "`scenarios/devices/`, `scenarios/activities/`")
    yield CATALOGUE
    catalogue = load_catalogue()
    yield "\n## Device types\n"
    devices = sorted(catalogue.devices.items())
    yield from _table(
        ("type", "commands", "senses", "connected"), (_device(name, it) for name, it in devices)
    )
    yield "\n## Activities\n"
    doings = sorted(catalogue.activities.items())
    head = ("activity", "in words", "rooms", "minutes: least, typical, most")
    yield from _table(head, (_doing(name, it) for name, it in doings))


def _device(name: str, device: Any) -> tuple[str, str, str, str]:
    senses = ", ".join(it.quantity for it in device.senses)
    return (
        f"`{name}`",
        ", ".join(f"`{it}`" for it in device.commands),
        senses,
        "" if device.connected else "no",
    )


def _doing(name: str, doing: Any) -> tuple[str, str, str, str]:
    return f"`{name}`", doing.phrase, ", ".join(doing.rooms), ", ".join(f"{it:g}" for it in doing.minutes)


def _top(title: str, source: str) -> Iterator[str]:
    yield f"# {title}\n\n{NOTE.format(source=source)}\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    if cells:
        yield f"| {' | '.join(head)} |"
        yield f"|{' --- |' * len(head)}"
        yield from (f"| {' | '.join(row)} |" for row in cells)


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for page, text in pages().items():
        (OUT / page).write_text(text, encoding="utf-8")
