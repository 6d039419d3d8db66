"""A short exchange where two want different things: at most two turns each, then it is settled.

Whoever came second speaks first. Minds choose among the answers open to them and find the words; what follows
from the answers is settled here. Nobody is asked who sleeps or is out.

    asks:  propose | compromise | let_be        asked:  agree | compromise | refuse
    asks, refused: insist | let_be; offered a compromise: agree | let_be        asked, pressed: agree | refuse
"""

from typing import TYPE_CHECKING, Literal

from world.mind import Decided, Said, Talk

if TYPE_CHECKING:
    from world.body import Body
    from world.timeline import Process

Settled = Literal["agreed", "compromised", "yielded"]

OPEN_TO = {
    "": ("propose", "compromise", "let_be"),
    "propose": ("agree", "compromise", "refuse"),
    "refuse": ("insist", "let_be"),
    "insist": ("agree", "refuse"),
}
"""What may follow an answer of the other; what is proposed half-way is agreed to or not."""


def exchange(asking: "Body", asked: "Body", talk: Talk) -> "Process":
    """Let the two talk; returns all that was said."""
    before = ""
    for turn in range(4):
        who = asking if turn % 2 == 0 else asked
        open_ = _open(before, talk, turn)
        mine = talk._replace(
            other=asked.id if who is asking else asking.id, asks=who is asking, answers=open_
        )
        about = f"{asked.profile.name} and {asking.profile.name} settle what to do about {talk.about}"
        decided: Decided = yield who.house.ask_about(who, about, mine)
        said = _said(who, decided, open_)
        talk = talk._replace(said=(*talk.said, said))
        before = said.answer
        if before in ("agree", "let_be") or (before == "refuse" and turn == 3):
            break
    return talk.said


def outcome(said: tuple[Said, ...]) -> Settled:
    """How it has ended for whoever asked."""
    if said[-1].answer != "agree":
        return "yielded"
    return "compromised" if said[-2].answer == "compromise" else "agreed"


def _open(before: str, talk: Talk, turn: int) -> tuple[str, ...]:
    if before == "compromise":
        return ("agree", "refuse" if turn % 2 else "let_be")
    return tuple(answer for answer in OPEN_TO[before] if answer != "compromise" or talk.between)


def _said(who: "Body", decided: Decided, open_: tuple[str, ...]) -> Said:
    """What was said; whoever says what is not open to them lets it be."""
    said = decided.decision.said
    if said is not None and said.answer in open_:
        return Said(who.id, said.answer, said.words)
    return Said(who.id, open_[-1], "")
