"""Checks a YAML file of any kind.

Its first line says which: `# yaml-language-server: $schema=../schema/home.json`.
"""

import re
from collections.abc import Callable, Mapping, Set
from pathlib import Path

from scenarios.automation import Automations
from scenarios.behaviour import Behaviours
from scenarios.catalogue import load_activities, load_catalogue, load_device_type
from scenarios.composing import identified
from scenarios.explaining import parsed, settled
from scenarios.home import Climate, Home
from scenarios.including import read_tree, settle_files
from scenarios.loading import incoherent_profile, load_routines_file, load_scenario
from scenarios.references import check_home, check_profile, check_tastes
from scenarios.resident import Fragment, Profile
from scenarios.scenes import Scenes, check_scenes
from scenarios.tastes import Tastes
from scenarios.yaml12 import text_of

BEGINNING = 20_000  # characters looked at
OF_A_SCENARIO = frozenset({"start", "home", "residents", "population", "rooms", "mind"})
OF_A_PERSON = frozenset(
    {"archetype", "extends", "schedule", "age", "occupation", "tastes", "intents", "health", "chronotype"}
)


def validate(path: Path) -> str:
    """The kind of the file at *path*; ScenarioError with all that is wrong in it."""
    kind = kind_of(path)
    LOADERS[kind](path)
    return kind


def kind_of(path: Path) -> str:
    """The kind that the first line names, else what the top-level keys look like: a scenario, or a person."""
    head = text_of(path)[:BEGINNING]
    match = re.search(r"\$schema=.*?(\w+)\.json", head.partition("\n")[0])
    return (
        match[1]
        if match and match[1] in LOADERS
        else _looks_like(set(re.findall(r"^(\w+):", head, re.MULTILINE)))
    )


def _looks_like(keys: Set[str]) -> str:
    if keys & OF_A_SCENARIO or not keys & OF_A_PERSON:
        return "scenario"
    return "profile" if "name" in keys else "fragment"


def load_home(path: Path) -> Home:
    """The home in the file at *path*."""
    tree, _ = read_tree(path)
    return settled(*parsed(Home, tree), check_home(tree, load_catalogue().devices))


def load_profile(path: Path, model: type[Profile] = Profile) -> Profile:
    """The resident's profile in the file at *path*."""
    tree, missing = settle_files(*read_tree(path), ("memory.routines",))
    tree = identified(tree, "")
    catalogue = load_catalogue()
    wrong = [*missing, *check_profile(tree, catalogue.devices, catalogue.activities)]
    profile = settled(*parsed(model, tree), wrong)
    return settled(profile, incoherent_profile(profile, tree, (), catalogue.activities))


def load_fragment(path: Path) -> Profile:
    """The part of a profile in the file at *path*, as anybody's."""
    return load_profile(path, Fragment)


def load_climate(path: Path) -> Climate:
    """The climate in the file at *path*."""
    return settled(*parsed(Climate, read_tree(path)[0]))


def load_automations(path: Path) -> Automations:
    """The rules in the file at *path*, whatever home includes them."""
    return settled(*parsed(Automations, read_tree(path)[0]))


def load_scenes(path: Path) -> Scenes:
    """The scenes in the file at *path*, whatever home takes them."""
    tree, _ = read_tree(path)
    return settled(*parsed(Scenes, tree), check_scenes(tree, load_catalogue().devices))


def load_tastes(path: Path) -> Tastes:
    """The tastes in the file at *path*, which lean towards activities that exist."""
    tree, _ = read_tree(path)
    return settled(*parsed(Tastes, tree), check_tastes(tree, load_catalogue().activities))


def load_behaviours(path: Path) -> Behaviours:
    """The places and the uses of a telephone in the file at *path*."""
    return settled(*parsed(Behaviours, read_tree(path)[0]))


LOADERS: Mapping[str, Callable[[Path], object]] = {
    "scenario": load_scenario,
    "home": load_home,
    "climate": load_climate,
    "profile": load_profile,
    "fragment": load_fragment,
    "device": load_device_type,
    "activities": load_activities,
    "automations": load_automations,
    "scenes": load_scenes,
    "routines": load_routines_file,
    "tastes": load_tastes,
    "behaviours": load_behaviours,
}
