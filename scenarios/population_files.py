"""Lays the files that a `population` names, and the shipped ones that it leaves out, into the tree."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scenarios.cities import CITIES
from scenarios.frozen import Frozen
from scenarios.including import SHIPPED, Folder, read_tree
from scenarios.population import ChronotypeShare, City, HouseholdType, Occupation
from scenarios.population_csv import read_csv
from scenarios.problems import Problem, ScenarioError, unknown
from scenarios.tree import Node, branch, child, find, plain, problem, put

FILES = SHIPPED / "populations"
PROFILES = SHIPPED / "profiles"
AT = "population"


class _Table(NamedTuple):
    """A table that a population is made of."""

    rows: type[Frozen]
    within: Sequence[str]  # columns, for every value of which shares sum to 1
    shipped: str  # the file that serves where none is named; '': one must be


TABLES: Mapping[str, _Table] = {
    "table": _Table(HouseholdType, (), ""),
    "cities": _Table(City, (), "europe_cities.csv"),
    "occupations": _Table(Occupation, ("ages", "role"), "occupations.csv"),
    "chronotypes": _Table(ChronotypeShare, ("ages",), "chronotypes.csv"),
}


def with_files(tree: Node, folder: Folder) -> tuple[Node, list[Problem]]:
    """*tree* with tables, cities and profiles of its population written out, and what is wrong in them."""
    population = child(tree, AT)
    if population is None or not isinstance(population.value, dict):
        return tree, []
    wrong: list[Problem] = []
    for name in TABLES:
        try:
            tree = _with_table(tree, population, name, folder)
        except ScenarioError as error:
            wrong += error.problems
        except ValueError as error:
            wrong.append(problem(population.value[name], (AT, name), str(error)))
    steps = [_with_cities(tree, folder)]
    steps.append(_with_profiles(steps[0][0]))
    return steps[1][0], [*wrong, *steps[0][1], *steps[1][1]]


def _with_table(tree: Node, population: Node, name: str, folder: Folder) -> Node:
    """The table *name* as rows, be it named as a CSV, left to the shipped one, or written out."""
    table, given = TABLES[name], child(population, name)
    if given is None and table.shipped:
        path, node = FILES / table.shipped, population
    elif given is not None and isinstance(given.value, str):
        path, node = folder.lookup(given.value, (given.file or folder.top / "x").parent), given
    else:
        return tree
    rows = read_csv(path, table.rows.model_fields, table.within)
    return put(tree, (AT, name), rows._replace(line=rows.line, file=path) if node is given else rows)


def _with_cities(tree: Node, folder: Folder) -> tuple[Node, list[Problem]]:
    """Each city with the address, climate and names that are shipped, where it has none of its own."""
    wrong = []
    for path, city in list(find(tree, f"{AT}.cities.*")):
        name = plain(child(city, "city") or city)
        own = isinstance(city.value, dict) and {"address", "climate", "names"} <= city.value.keys()
        if own or not isinstance(name, str) or not isinstance(city.value, dict):
            continue
        if name not in CITIES:
            sentence = f"{unknown('city', name, CITIES)}; any other needs its address, climate and names"
            wrong.append(problem(city, (*path, "city"), sentence))
            continue
        climate = folder.tree(SHIPPED / "climates" / f"{name}.yaml")
        known = {"address": _node(CITIES[name].model_dump()), "climate": climate, "names": _names(name)}
        tree = put(tree, path, branch({**known, **city.value}, city.file, city.line))
    return tree, wrong


def _names(city: str) -> Node:
    rows = read_csv(FILES / "names.csv", ("cities", "names"))
    return next(names for _, row in find(rows, "*") for _, names in find(row, "names")
                if plain(row)["cities"] == city)  # fmt: skip


def _with_profiles(tree: Node) -> tuple[Node, list[Problem]]:
    """The shipped profiles that the tables name, beside the scenario's own profiles."""
    shipped = {path.stem: path for path in sorted(PROFILES.glob("*.yaml"))}
    own = [str(path[-1]) for path, _ in find(tree, f"{AT}.profiles.*")]
    wrong = []
    for path, node, name in _named(tree):
        if name in own:
            continue
        if name not in shipped:
            wrong.append(problem(node, path, unknown("profile", name, [*shipped, *own])))
            continue
        own.append(name)
        tree = put(tree, (AT, "profiles", name), _shipped(shipped[name]))
    return tree, wrong


@cache
def _shipped(profile: Path) -> Node:
    """A shipped profile with all that it is made of; there are dozens, so they are read once."""
    return read_tree(profile)[0]


def _named(tree: Node) -> Iterator[tuple[tuple[str | int, ...], Node, str]]:
    """Every profile that a table names, and where."""
    for path, node in find(tree, f"{AT}.occupations.*.profile"):
        yield path, node, str(node.value)
    for path, node in find(tree, f"{AT}.table.*.occupations"):
        cells = node.value if isinstance(node.value, list) else [node]
        for cell in cells:
            if cell.value:
                yield path, cell, str(cell.value)


def _node(value: object) -> Node:
    """A plain value of no file."""
    if isinstance(value, Mapping):
        return branch({str(key): _node(below) for key, below in value.items()}, None, 0)
    return Node(value if isinstance(value, str | int | float | bool | None) else str(value), None, 0)
