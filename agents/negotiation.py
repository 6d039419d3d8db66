"""What a person says where two want different things: by habit, or in a model's words.

By habit an answer is drawn by what it is worth to this person: how far a temperature is from their comfort,
how dear the other is to them. A model chooses among the same answers and finds the words, once a person and
exchange: two calls at most.
"""

from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from math import exp

from agents.gateway.port import Ask, Port, PortError, Schema, json_in
from agents.person import Person
from agents.prompts import prompt
from agents.words import MOST_OF_A_NAME, introduce, plain
from scenarios.resident import Profile
from world.mind import Basis, Decision, Observation, Said, Talk, Thought

PULL = 0.15  # of a degree off the middle of one's comfort, as against one beyond it
KIN = 0.8  # what it is worth to please somebody of the family
TURN = 0.4  # what going first is worth
SHARP = 1.6  # by which what is worth more is said more often
LONGEST = 200  # characters of what is said
WORDS_TOKENS = 80

MEANS: Mapping[str, str] = {
    "propose": "ask for it", "compromise": "propose {between}", "let_be": "leave it as it is",
    "agree": "agree", "refuse": "refuse", "insist": "ask once more",
}  # fmt: skip
SAYS: Mapping[str, str] = {
    "propose": "Could we set {about} to {wanted}?", "compromise": "What about {between}?",
    "let_be": "Never mind.", "agree": "All right.", "refuse": "I would rather keep it.",
    "insist": "It matters to me: {wanted}, please?",
}  # fmt: skip
SAYS_OF_TURNS: Mapping[str, str] = {
    "propose": "May I go first? I need {about}.", "let_be": "I shall wait.", "agree": "Go ahead.",
    "refuse": "In a moment.", "insist": "I am really in a hurry.",
}  # fmt: skip


def speak(seen: Observation, person: Person) -> Decision:
    """One turn of an exchange as habit has it."""
    talk = _talk(seen)
    answer = _drawn(talk, person, person.chance.uniform("talk", seen.time, talk.about, len(talk.said)))
    return _decision(seen, Said(person.profile.id, answer, in_words(talk, answer)), Basis.MEMORY)


async def speak_thoughtfully(seen: Observation, person: Person, port: Port) -> Decision:
    """One turn in a model's words; a person's second turn, and what a model cannot say, habit says."""
    talk = _talk(seen)
    if any(said.who == person.profile.id for said in talk.said):
        return speak(seen, person)
    ask = Ask(
        purpose="talk", resident=person.profile.id, messages=_messages(seen, talk, person),
        schema=_schema(talk), max_tokens=WORDS_TOKENS,
    )  # fmt: skip
    try:
        reply = await port.generate(ask)
    except PortError as error:
        return _fallen_back(seen, person, Thought(question="talk", options=talk.answers, fallback=str(error)))
    answer, words, problem = read(reply.text, talk)
    thought = Thought(
        question="talk", options=talk.answers, chosen=-1 if problem else talk.answers.index(answer),
        replies=(reply.key,), prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens, fallback=problem,
    )  # fmt: skip
    if problem:
        return _fallen_back(seen, person, thought)
    said = Said(person.profile.id, answer, words or in_words(talk, answer))
    return _decision(seen, said, Basis.CHOICE, thought)


def read(text: str, talk: Talk) -> tuple[str, str, str]:
    """The answer, the words on one line, and what is wrong with the reply."""
    try:
        found = json_in(text)
        answer, words = str(found["answer"]), str(found["words"])
    except (ValueError, KeyError, TypeError):
        return "", "", "the reply is not JSON of the form asked for"
    if answer not in talk.answers:
        return "", "", f"{answer[:40]!r} is not one of the answers"
    return answer, " ".join(words.split())[:LONGEST], ""


def in_words(talk: Talk, answer: str) -> str:
    """What people mostly say."""
    says = SAYS if talk.wanted else SAYS_OF_TURNS
    return says[answer].format(about=talk.about, wanted=talk.wanted, between=talk.between)


def _drawn(talk: Talk, person: Person, draw: float) -> str:
    ranges = list(accumulate(exp(SHARP * _worth(answer, talk, person)) for answer in talk.answers))
    return talk.answers[min(bisect(ranges, draw * ranges[-1]), len(talk.answers) - 1)]


def _worth(answer: str, talk: Talk, person: Person) -> float:
    """What an answer is worth to whoever gives it."""
    gain = _gain(talk, person, talk.wanted)
    near = _near(person, talk.other)
    half = _gain(talk, person, talk.between) if talk.between else 0.0
    offered = half if talk.said and talk.said[-1].answer == "compromise" else gain
    if talk.asks:
        worth = {"propose": gain, "insist": gain - 0.5, "compromise": half + 0.2, "agree": offered + near}
        return worth.get(answer, 0.0)
    return {"agree": offered + near, "compromise": half + near, "refuse": 0.3}[answer]


def _gain(talk: Talk, person: Person, value: str) -> float:
    """By how much *value* suits this person better than what is."""
    if not talk.wanted:
        return TURN if talk.asks else -TURN
    if talk.celsius:
        return _strain(person, talk.current) - _strain(person, value)
    return 0.6 if talk.asks else -0.6


def _strain(person: Person, celsius: str) -> float:
    low, high = person.profile.comfort.temperature
    degrees = float(celsius)
    return max(0.0, low - degrees, degrees - high) + PULL * abs(degrees - (low + high) / 2)


def _near(person: Person, other: str) -> float:
    household = person.household
    return KIN if household is not None and household.related(person.profile.id, other) else 0.0


def _talk(seen: Observation) -> Talk:
    assert seen.talk is not None  # noqa: S101  whoever is asked to talk has something to talk about
    return seen.talk


def _decision(seen: Observation, said: Said, basis: Basis, *thoughts: Thought) -> Decision:
    return Decision(
        activity=seen.activity, room=seen.room, until=seen.time, basis=basis, resume=True,
        reason=f"«{said.words}»", thoughts=thoughts, said=said,
    )  # fmt: skip


def _fallen_back(seen: Observation, person: Person, thought: Thought) -> Decision:
    said = speak(seen, person).said
    assert said is not None  # noqa: S101
    return _decision(seen, said, Basis.FALLBACK, thought)


def _messages(seen: Observation, talk: Talk, person: Person) -> tuple[tuple[str, str], ...]:
    rules, question = prompt(
        "negotiate",
        person=introduce(person.profile),
        name=plain(person.profile.name, MOST_OF_A_NAME),
        situation=_situation(talk, person, _profile(person, talk.other)),
        said="\n".join(f"{_name(person, said.who)}: «{plain(said.words)}»" for said in talk.said),
        answers=", ".join(f"{answer} ({MEANS[answer]})" for answer in talk.answers).format(
            between=talk.between
        ),
    )
    return ("system", rules), ("user", question)


def _situation(talk: Talk, person: Person, other: Profile | None) -> str:
    me, them, thing = (
        plain(name, MOST_OF_A_NAME)
        for name in (person.profile.name, other.name if other else talk.other, talk.about)
    )
    asking, having = (me, them) if talk.asks else (them, me)
    if not talk.wanted:
        return f"{having} has {thing}; {asking} would like to go first."
    return f"{having} has set {thing} to {talk.current}; {asking} would like {talk.wanted}."


def _profile(person: Person, who: str) -> Profile | None:
    return person.household.profile(who) if person.household is not None else None


def _name(person: Person, who: str) -> str:
    profile = person.profile if who == person.profile.id else _profile(person, who)
    return plain(profile.name if profile else who, MOST_OF_A_NAME)


def _schema(talk: Talk) -> Schema:
    return {
        "title": "turn",
        "type": "object",
        "properties": {
            "answer": {"type": "string", "enum": list(talk.answers)},
            "words": {"type": "string", "maxLength": LONGEST},
        },
        "required": ["answer", "words"],
        "additionalProperties": False,
    }
