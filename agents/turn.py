"""One turn of thought as a LangGraph graph: the same for every resident, compiled once.

    perceive -> recall -> deliberate -> validate -> commit
                                           |  \\-> repair (once) -> validate
                                           \\----> fall_back -> commit

Options are weighed, prior x evidence: what to do about what came up, what to do next, how to deal with being
late, and for a weak model which of a few days to live. A strong model writes: the plan of a day, and now and
then a sentence about how life has been. What cannot be used is asked for once more, then habit decides. State
is plain data; who thinks, about what, and whom to ask come in the runtime context.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agents import planning, reflecting, words
from agents.agenda import Agenda
from agents.choice import settle
from agents.gateway.port import Ask, Malformed, Port, PortError, Reply
from agents.person import Person
from agents.schedule import Waking
from world.mind import Observation, Thought

Question = Literal["choice", "step", "late", "plan", "reflection"]


class State(TypedDict, total=False):
    """What a turn writes down as it goes."""

    situation: str
    memories: str  # routines recalled, as patterns
    options: list[str]
    prior: list[float]
    evidence: list[float]
    text: str
    problems: list[str]
    readable: bool  # False: the reply was none that can be read, and may be mended
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
    question: Question = "choice"
    weight: float = 1.0  # of the evidence
    draw: float = 0.0  # uniform in 0..1, from the seeded tree
    options: Sequence[str] = ()  # in words, to choose from; none where the model writes
    prior: Sequence[float] = ()  # log-probabilities of the options
    today: Waking | None = None  # to plan
    usual: Agenda = ()  # a day drawn from memory, to show
    news: Sequence[str] = ()
    insight: str = ""  # what the person thought of the last weeks
    lately: Sequence[str] = ()  # days lived, to look back on

    @property
    def purpose(self) -> str:
        """What the call is booked under: what came up, or the question."""
        return self.seen.cause.value if self.question == "choice" else self.question

    @property
    def writes(self) -> bool:
        """Whether the model is to write rather than to weigh."""
        return not self.options


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
    graph.add_edge("deliberate", "validate")
    graph.add_conditional_edges("validate", _judged, ["commit", "repair", "fall_back"])
    graph.add_edge("repair", "validate")
    graph.add_edge("fall_back", "commit")
    graph.add_edge("commit", END)
    return graph.compile()


async def perceive(state: State, runtime: Runtime[Desk]) -> State:
    """The moment in words."""
    desk = runtime.context
    if desk.question == "reflection":
        return {"situation": ""}
    if desk.question == "step":
        return {"situation": words.moment(desk.seen, desk.person)}
    if desk.today is None:
        return {"situation": words.situation(desk.seen, desk.person)}
    return {"situation": words.morning(desk.seen, desk.person, desk.today)}


async def recall(state: State, runtime: Runtime[Desk]) -> State:
    """What there is to choose from and how likely memory finds it; for a plan, what it holds of such days."""
    desk = runtime.context
    memories = words.routines(desk.person, desk.today) if desk.writes and desk.today else ""
    options = [words.plain(option) for option in desk.options]
    return {"memories": memories, "options": options, "prior": list(desk.prior)}


async def deliberate(state: State, runtime: Runtime[Desk]) -> State:
    """Ask the model: to weigh the options, or to write."""
    return await _ask(state, runtime.context, attempt=0)


async def validate(state: State, runtime: Runtime[Desk]) -> State:
    """Check what came back against what is possible."""
    desk = runtime.context
    if state.get("fallback") or not state["readable"]:
        return {}
    if desk.today is not None and desk.writes:
        return {"problems": planning.read(state["text"], desk.person, desk.today)[1]}
    if desk.writes:
        return {"problems": reflecting.read(state["text"])[1]}
    evidence = state["evidence"]
    sound = len(evidence) == len(state["options"]) and all(math.isfinite(nats) for nats in evidence)
    return {"problems": [] if sound else ["the evidence does not match the options"]}


async def repair(state: State, runtime: Runtime[Desk]) -> State:
    """Ask once more; whoever is to write is told what is wrong."""
    return {**await _ask(state, runtime.context, attempt=1), "repairs": 1}


async def fall_back(state: State, runtime: Runtime[Desk]) -> State:
    """Habit decides, and the record says why."""
    return {"fallback": state.get("fallback") or "; ".join(state["problems"]), "evidence": []}


async def commit(state: State, runtime: Runtime[Desk]) -> State:
    """Draw the option from prior x evidence; what is written has none."""
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
        question=desk.question,
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


async def _ask(state: State, desk: Desk, attempt: int) -> State:
    try:
        if desk.writes:
            reply = await desk.port.generate(_request(state, desk, attempt))
            return {**_noted(state, (reply,)), "text": reply.text, "readable": True}
        weighed = await desk.port.weigh(
            state["situation"], state["options"], desk.purpose, desk.person.profile.id,
            **({"attempt": attempt} if attempt else {}),
        )  # fmt: skip
    except Malformed as error:
        return {**_noted(state, error.replies), "problems": [str(error)], "readable": False}
    except PortError as error:
        return {"fallback": str(error)}
    return {
        "evidence": list(weighed.evidence), "readable": True,
        "replies": [*state.get("replies", []), *weighed.replies],
        "prompt_tokens": state.get("prompt_tokens", 0) + weighed.prompt_tokens,
        "completion_tokens": state.get("completion_tokens", 0) + weighed.completion_tokens,
    }  # fmt: skip


def _request(state: State, desk: Desk, attempt: int) -> Ask:
    """What is asked for in writing; the second time with the first reply and what is wrong with it."""
    if desk.today is None:
        asked, schema, most = (
            reflecting.messages(desk.person, desk.lately),
            reflecting.SCHEMA,
            reflecting.TOKENS,
        )
    else:
        asked = planning.messages(
            desk.person, desk.usual, state["situation"], state["memories"], desk.news, desk.insight
        )
        schema, most = planning.schema(desk.person), planning.PLAN_TOKENS
    if attempt:
        asked = planning.repair(asked, state["text"], state["problems"])
    return Ask(
        purpose="repair" if attempt else desk.purpose, resident=desk.person.profile.id, messages=asked,
        schema=schema, max_tokens=most, attempt=attempt,
    )  # fmt: skip


def _noted(state: State, replies: Sequence[Reply]) -> State:
    return {
        "replies": [*state.get("replies", []), *(reply.key for reply in replies)],
        "prompt_tokens": state.get("prompt_tokens", 0) + sum(it.prompt_tokens for it in replies),
        "completion_tokens": state.get("completion_tokens", 0) + sum(it.completion_tokens for it in replies),
    }


def _judged(state: State) -> Literal["commit", "repair", "fall_back"]:
    if state.get("fallback"):
        return "fall_back"
    if not state["problems"]:
        return "commit"
    mendable = not state["readable"] or bool(state.get("text"))
    return "repair" if mendable and not state.get("repairs") else "fall_back"
