"""Looking back in words: what a model makes of the last days in a sentence, for later plans."""

from collections.abc import Sequence

from pydantic import BaseModel

from agents.gateway.port import json_in
from agents.person import Person
from agents.prompts import prompt
from agents.words import introduce, plain

MOST_WORDS = 40  # of an insight; more is refused
TOKENS = 80
SCHEMA = {
    "title": "reflection", "type": "object", "properties": {"insight": {"type": "string"}},
    "required": ["insight"], "additionalProperties": False,
}  # fmt: skip


class Insight(BaseModel):
    """The reply that is asked for."""

    insight: str


def messages(person: Person, lately: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What the model is told: rules, then the person and the last days."""
    rules, question = prompt(
        "reflect", person=introduce(person.profile), name=plain(person.profile.name), lately="\n".join(lately)
    )
    return ("system", rules), ("user", question)


def read(text: str) -> tuple[str, list[str]]:
    """The sentence of a reply, and what is wrong with it."""
    try:
        said = plain(Insight.model_validate(json_in(text)).insight)
    except ValueError:  # a ValidationError is one, too
        return "", ["the reply is not JSON of the form asked for"]
    if not said or len(said.split()) > MOST_WORDS:
        return "", [f"{len(said.split())} words; one sentence of at most 25 is wanted"]
    return said, []
