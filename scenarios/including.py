"""Files named by files: `include` lays mappings under another, `archetype` and `extends` make up a profile.

A path is looked up beside the file that names it, then in the shipped `scenarios/` folder, and nowhere
else: a scenario from a stranger cannot read what lies outside its own folder.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.composing import laid, layer_file, layers, lent
from scenarios.problems import Problem, ScenarioError, nearest_file, printable
from scenarios.tree import KeyPath, Node, branch, find, problem, put
from scenarios.yaml12 import read

SHIPPED = Path(__file__).resolve().parent
MOST_DEEP = 6


@dataclass
class Folder:
    """The folder of the file that the user named: with the shipped one, all that may be read."""

    top: Path
    trees: dict[Path, Node] = field(default_factory=dict)  # files already read, with their includes
    problems: list[Problem] = field(default_factory=list)

    def tree(self, path: Path, trail: tuple[Path, ...] = ()) -> Node:
        """The file at *path* with its includes laid in; *trail* is the files that led here."""
        if path not in self.trees:
            self.trees[path] = self._expand(read(path), (), (*trail, path))
        return self.trees[path]

    def lookup(self, name: str, beside: Path) -> Path:
        """The file called *name* in a file of the folder *beside*; ValueError says why there is none."""
        allowed, found = self._looked_up(name, beside)
        if not allowed:
            raise ValueError(f"{printable(name)!r} lies outside the scenario's folder")
        if found is None:
            raise ValueError(_missing(name, *allowed))
        return found

    def there(self, name: str, beside: Path) -> Path | None:
        """The same file, or None: for one who has other names to try, and needs no hint."""
        try:
            return self._looked_up(name, beside)[1]
        except ValueError:
            return None

    def _looked_up(self, name: str, beside: Path) -> tuple[list[Path], Path | None]:
        """Where a file of that *name* may lie, and the first that is there."""
        if Path(name).is_absolute():
            raise ValueError(f"path {printable(name)!r} must be relative to this file or to scenarios/")
        try:
            places = [(base / name).resolve() for base in (beside, SHIPPED)]
            allowed = [p for p in places if p.is_relative_to(self.top) or p.is_relative_to(SHIPPED)]
            return allowed, next((place for place in allowed if place.is_file()), None)
        except (OSError, ValueError, RuntimeError):
            raise ValueError(f"{printable(name)!r} is no usable path") from None

    def _expand(self, node: Node, path: KeyPath, trail: tuple[Path, ...]) -> Node:
        value = node.value
        if isinstance(value, list):
            items = [self._expand(item, (*path, number), trail) for number, item in enumerate(value)]
            return branch(items, node.file, node.line)
        if not isinstance(value, dict):
            return node
        keys = {key: self._expand(below, (*path, key), trail) for key, below in value.items()}
        include = keys.pop("include", None)
        whole = branch(keys, node.file, node.line)
        for one in _each(include):
            whole = self._lay(whole, one, path, trail)
        return self._composed(whole, keys, path, trail)

    def _lay(self, over: Node, include: Node, path: KeyPath, trail: tuple[Path, ...]) -> Node:
        """The included file's mapping with the keys of *over* laid over it."""
        try:
            under = self.tree(self._target(include, trail), trail)
            if not isinstance(under.value, dict) or not isinstance(over.value, dict):
                raise ValueError(f"{include.value!r} must hold keys and values")
            return branch({**under.value, **over.value}, under.file, under.line)
        except ScenarioError as error:
            self.problems.extend(error.problems)
        except ValueError as error:
            self.problems.append(problem(include, (*path, "include"), str(error)))
        return over

    def _composed(self, over: Node, keys: Mapping[str, Node], path: KeyPath, trail: tuple[Path, ...]) -> Node:
        """A profile with its archetype and the fragments that it extends laid beneath."""
        under: Node | None = None
        for key, named in layers(keys):
            try:
                file = layer_file(named, key, trail[-1].parent, self)
                layer = lent(self.tree(_unseen(named, file, trail), trail))
                under = layer if under is None else laid(under, layer)
            except ScenarioError as error:
                self.problems.extend(error.problems)
            except ValueError as error:
                self.problems.append(problem(named, (*path, key), str(error)))
        return over if under is None else laid(under, over)

    def _target(self, include: Node, trail: tuple[Path, ...]) -> Path:
        if not isinstance(include.value, str):
            raise ValueError("expected the path of a YAML file")
        return _unseen(include, self.lookup(include.value, trail[-1].parent), trail)


def _unseen(named: Node, target: Path, trail: tuple[Path, ...]) -> Path:
    """The file, unless it is one of those that led to it."""
    if target in trail:
        raise ValueError(f"{named.value!r} includes itself")
    if len(trail) > MOST_DEEP:
        raise ValueError(f"includes go deeper than {MOST_DEEP} files")
    return target


def _each(include: Node | None) -> Sequence[Node]:
    """The files to include: one, or a list of which the first comes first."""
    if include is None:
        return ()
    return include.value if isinstance(include.value, list) else (include,)


def read_tree(path: Path) -> tuple[Node, Folder]:
    """The file at *path* with its includes laid in, and the folder in which its other files lie."""
    folder = Folder(path.parent.resolve())
    tree = folder.tree(folder.top / path.name)
    if folder.problems:
        raise ScenarioError(folder.problems)
    return tree, folder


def settle_files(tree: Node, folder: Folder, patterns: Iterable[str]) -> tuple[Node, list[Problem]]:
    """*tree* with each file named at one of *patterns* as an absolute path, and what could not be found.

    A name from the command line is looked up from the current folder and may lie anywhere.
    """
    problems = []
    for path, named in [found for pattern in patterns for found in find(tree, pattern)]:
        if not isinstance(named.value, str):
            continue
        try:
            file = folder.lookup(named.value, named.file.parent) if named.file else _given(named.value)
            tree = put(tree, path, named._replace(value=str(file)))
        except (OSError, ValueError) as error:
            problems.append(problem(named, path, str(error)))
    return tree, problems


def _given(name: str) -> Path:
    path = Path(name).absolute()
    if not path.is_file():
        raise ValueError(_missing(name, path))
    return path


def _missing(name: str, *places: Path) -> str:
    """Why there is no file *name* at any of the *places*."""
    if any(place.is_dir() for place in places):
        return f"{printable(name)!r} is a folder; a file was expected"
    return f"no file {printable(name)!r}{nearest_file(*places)}"
