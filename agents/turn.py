"""One turn of thought as a LangGraph graph: the same for every resident, compiled once.

    perceive -> recall -> deliberate -> validate -> commit
                              |            |  \\-> repair (once) -> validate
                              \\----------- \\---> fall_back -> commit

Two questions pass through it: `choice` (what to do about what came up) and `plan` (how to spend the
day). A choice, and the plan of a weak model, weigh options: prior x evidence. A strong model writes
its plan, which is checked, mended once, or given up for habit. State is plain data; who thinks, about
what, and whom to ask come in the runtime context.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents import planning, words
from agents.agenda import Agenda
from agents.choice import prior, settle
from agents.person import Person
from agents.port import Ask, Port, PortError, Reply
from agents.schedule import Waking
from world.mind import Affordance, Observation, Thought


class State(TypedDict, total=False):
    """What a turn writes down as it goes."""

    situation: str
    memories: list[str]  # routines recalled, as text
    options: list[str]
    prior: list[float]
    evidence: list[float]
    text: str
    problems: list[str]
    replies: list[str]
    prompt_tokens: int
    completion_tokens: int
    repairs: int
    fallback: str
    chosen: int


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who thinks about what, and whom they may ask."""

    port: Port
    person: Person
    seen: Observation
    weight: float  # of the evidence
    draw: float  # uniform in 0..1, from the seeded tree
    offered: Sequence[Affordance] = ()  # to choose from, for a choice
    today: Waking | None = None  # to plan, for a plan
    agendas: Sequence[Agenda] = ()  # drawn from memory: to choose from, or to show
    writes: bool = False  # the model writes the plan
    news: Sequence[str] = ()


Turn = CompiledStateGraph[State, Desk, State, State]


@cache
def turn() -> Turn:
    """The compiled graph."""
    graph = StateGraph(State, context_schema=Desk)
    for node in (perceive, recall, deliberate, validate, repair, fall_back, commit):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "perceive")
    graph.add_edge("perceive", "recall")
    graph.add_edge("recall", "deliberate")
    graph.add_conditional_edges("deliberate", _answered, ["validate", "fall_back"])
    graph.add_conditional_edges("validate", _judged, ["commit", "repair", "fall_back"])
    graph.add_conditional_edges("repair", _answered, ["validate", "fall_back"])
    graph.add_edge("fall_back", "commit")
    graph.add_edge("commit", END)
    return graph.compile()


async def perceive(state: State, runtime: Runtime[Desk]) -> State:
    """The moment in words."""
    desk = runtime.context
    if desk.today is None:
        return {"situation": words.situation(desk.seen, desk.person)}
    return {"situation": words.morning(desk.seen, desk.person, desk.today)}


async def recall(state: State, runtime: Runtime[Desk]) -> State:
    """What memory offers, and how likely it finds each option before the model is asked."""
    desk = runtime.context
    if desk.today is None:
        texts = [option.text for option in desk.offered]
        return {"options": texts, "prior": list(prior(desk.seen, desk.offered, desk.person))}
    if desk.writes:
        return {"memories": words.routines(desk.person, desk.today), "options": [], "prior": []}
    days = words.particulars(desk.person, desk.agendas)
    return {"options": days, "prior": [-math.log(len(days))] * len(days)}


async def deliberate(state: State, runtime: Runtime[Desk]) -> State:
    """Ask the model: to weigh the options, or to write a plan."""
    desk = runtime.context
    try:
        if desk.writes:
            return _noted(state, await desk.port.generate(_plan_request(state, desk)))
        weighed = await desk.port.weigh(
            state["situation"], state["options"], _question(desk), desk.person.profile.id
        )
    except PortError as error:
        return {"fallback": str(error)}
    return {
        "evidence": list(weighed.evidence), "replies": list(weighed.replies),
        "prompt_tokens": weighed.prompt_tokens, "completion_tokens": weighed.completion_tokens,
    }  # fmt: skip


async def validate(state: State, runtime: Runtime[Desk]) -> State:
    """Check what came back against what is possible."""
    desk = runtime.context
    if desk.writes and desk.today is not None:
        return {"problems": planning.read(state["text"], desk.person, desk.today)[1]}
    evidence = state["evidence"]
    sound = len(evidence) == len(state["options"]) and all(math.isfinite(nats) for nats in evidence)
    return {"problems": [] if sound else ["the evidence does not match the options"]}


async def repair(state: State, runtime: Runtime[Desk]) -> State:
    """Say what is wrong, once, and ask again."""
    desk = runtime.context
    first = _plan_request(state, desk)
    asked = planning.repair(first.messages, state["text"], state["problems"])
    request = Ask(
        purpose="repair", resident=first.resident, messages=asked, schema=first.schema,
        max_tokens=first.max_tokens, attempt=1,
    )  # fmt: skip
    try:
        return {**_noted(state, await desk.port.generate(request)), "repairs": 1}
    except PortError as error:
        return {"fallback": str(error), "repairs": 1}


async def fall_back(state: State, runtime: Runtime[Desk]) -> State:
    """Habit decides, and the record says why."""
    return {"fallback": state.get("fallback") or "; ".join(state["problems"]), "evidence": []}


async def commit(state: State, runtime: Runtime[Desk]) -> State:
    """Draw the option from prior x evidence; a written plan has none."""
    desk = runtime.context
    if not state["options"]:
        return {"chosen": -1}
    evidence = state.get("evidence", [])
    return {"chosen": settle(state["prior"], evidence, desk.weight, desk.draw)}


async def think(desk: Desk) -> tuple[State, Thought]:
    """One turn of thought; its final state, and the record for the data."""
    result: Any = await turn().ainvoke({}, context=desk)
    state: State = result
    return state, Thought(
        question=_question(desk),
        options=tuple(state["options"]),
        prior=tuple(state["prior"]),
        evidence=tuple(state.get("evidence", ())),
        chosen=state["chosen"],
        replies=tuple(state.get("replies", ())),
        prompt_tokens=state.get("prompt_tokens", 0),
        completion_tokens=state.get("completion_tokens", 0),
        repairs=state.get("repairs", 0),
        fallback=state.get("fallback", ""),
    )


def _question(desk: Desk) -> str:
    return "choice" if desk.today is None else "plan"


def _plan_request(state: State, desk: Desk) -> Ask:
    return Ask(
        purpose="plan",
        resident=desk.person.profile.id,
        messages=planning.messages(
            desk.person, desk.agendas[0], state["situation"], state["memories"], desk.news
        ),
        schema=planning.schema(desk.person),
        max_tokens=planning.PLAN_TOKENS,
    )


def _noted(state: State, reply: Reply) -> State:
    return {
        "text": reply.text,
        "replies": [*state.get("replies", []), reply.key],
        "prompt_tokens": state.get("prompt_tokens", 0) + reply.prompt_tokens,
        "completion_tokens": state.get("completion_tokens", 0) + reply.completion_tokens,
    }


def _answered(state: State) -> Literal["validate", "fall_back"]:
    return "fall_back" if state.get("fallback") else "validate"


def _judged(state: State) -> Literal["commit", "repair", "fall_back"]:
    if not state["problems"]:
        return "commit"
    return "repair" if state.get("text") and not state.get("repairs") else "fall_back"
