"""The seam between a body in the home and the mind that steers it.

The world shows an `Observation`, the mind answers with a `Decision`. The world knows nothing of how
a mind thinks; a mind cannot do what is not among the affordances.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, Protocol

from scenarios.frozen import Need


class Cause(StrEnum):
    """Why a mind is asked."""

    START = "start"  # the simulation begins
    WOKE = "woke"  # a new waking day
    NEXT = "next"  # the step before has ended
    NEED = "need"  # the home is uncomfortable
    VISITOR = "visitor"
    MESSAGE = "message"
    FAULT = "device_fault"
    POWER_CUT = "power_cut"
    NETWORK = "network_outage"
    CONFLICT = "conflict"  # somebody else wants, or has, what one uses
    GUEST = "guest"  # somebody else has let a visitor in
    BODY = "body"  # it fails; no mind is asked
    TALK = "talk"  # somebody proposes how to settle what two want


class Basis(StrEnum):
    """What a decision rests on."""

    SCHEDULE = "schedule"  # sleep and regular hours out
    MEMORY = "memory"  # a routine remembered
    INTENT = "intent"  # something the person means to do
    PLAN = "plan"  # a plan that the model wrote
    REFLEX = "reflex"  # a dark room gets a lamp
    FAMILY = "family"  # something fixed with the others of the household
    CHOICE = "choice"  # prior x evidence
    FALLBACK = "fallback"  # the model failed; habit decided
    IDLE = "idle"  # nothing to do until the next step


class Order(NamedTuple):
    """One command to one device, so many milliseconds after the step begins."""

    device: str
    command: str
    argument: str = ""
    after: int = 0
    unless_so: bool = False  # not given where all is so already, or where somebody else still needs it

    def at(self, after: int) -> "Order":
        """The same command, given at another time."""
        return Order(self.device, self.command, self.argument, after, self.unless_so)


class Message(NamedTuple):
    """Words that one resident sends another, wherever they are."""

    to: tuple[str, ...]
    text: str
    at: int = 0  # ms; when it is sent, where that is in the middle of a step


class Company(NamedTuple):
    """What a step has to do with the others of the household."""

    gathering: str = ""  # it begins when *others* have come: 'dinner 3'; '' = at once
    others: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()  # children taken along out of the house
    brings: tuple[str, ...] = ()  # children brought home afterwards
    message: Message | None = None  # sent as it begins


class Affordance(NamedTuple):
    """Something this resident can do here and now: an activity, or a single command."""

    key: str  # unique among the affordances of one observation
    text: str  # 'turn on the heater in the living room'
    activity: str
    room: str
    minutes: float
    orders: tuple[Order, ...] = ()
    closing: tuple[Order, ...] = ()
    relieves: Mapping[Need, float] = {}


class Senses(NamedTuple):
    """What one feels and sees around oneself."""

    temperature: float = 20.0  # of the room, °C
    outdoors: float = 10.0  # °C
    lux: float = 200.0  # of the room
    company: tuple[str, ...] = ()  # names of the others in the same room


class Said(NamedTuple):
    """One turn of an exchange: who, which of the answers open to them, in what words."""

    who: str
    answer: str
    words: str


class Talk(NamedTuple):
    """Two want different things of one device or room, and talk it over."""

    about: str  # in words: 'the thermostat in the living room'
    other: str  # with whom: a resident
    asks: bool  # whether one asks, or is asked
    wanted: str = ""  # what whoever asks wants it set to; '' where they want their turn
    current: str = ""  # as the other has set it
    between: str = ""  # half-way; '' where there is no such thing
    celsius: bool = False  # whether these are temperatures of the air
    answers: tuple[str, ...] = ()  # open to whoever speaks next
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What one resident can perceive at one instant."""

    time: int  # ms since the scenario's start
    weekday: int  # Monday = 0
    minute: int  # of the local day
    resident: str
    room: str
    cause: Cause
    about: str = ""  # in words: 'a friend rings the doorbell'
    lasts: float = 0.0  # minutes that what came up takes; 0 = unknown
    need: Need | None = None
    activity: str = ""  # what was going on
    sender: str = ""  # of a message: a resident, or '' for anybody else
    talk: "Talk | None" = None  # what is to be settled
    lately: Mapping[str, tuple[str, int]] = field(default_factory=dict, compare=False, repr=False)
    """Who has last begun each activity, and when."""
    recent: tuple[str, ...] = ()  # this resident's last actions, oldest first
    sense: Callable[[], Senses] = field(default=Senses, compare=False, repr=False)
    afford: Callable[[Need | None], tuple[Affordance, ...]] = field(
        default=lambda need: (), compare=False, repr=False
    )
    """What this resident can do here and now; of the commands, given a need, only what may relieve it."""

    @cached_property
    def senses(self) -> Senses:
        """What is felt and seen; worked out when asked for, at the instant of the observation."""
        return self.sense()

    @property
    def affordances(self) -> tuple[Affordance, ...]:
        """Everything this resident can do here and now; worked out when asked for."""
        return self.afford(None)

    @property
    def slot(self) -> int:
        """The three-hour slot of the day, 0..7."""
        return self.minute // 180


@dataclass(frozen=True, kw_only=True)
class Thought:
    """The record of thinking behind a decision: what was asked, weighed, chosen, and at what price."""

    question: str  # 'plan' or 'choice'
    options: tuple[str, ...] = ()
    prior: tuple[float, ...] = ()  # log-probabilities
    evidence: tuple[float, ...] = ()  # nats; empty when no model was asked
    chosen: int = -1
    replies: tuple[str, ...] = ()  # journal keys of the replies used
    prompt_tokens: int = 0
    completion_tokens: int = 0
    repairs: int = 0
    fallback: str = ""  # why the model's answer could not be used; '' when it could

    @property
    def asked(self) -> bool:
        """Whether a model was asked, or should have been; habit alone weighs options too."""
        return bool(self.replies or self.fallback)


class Decision(NamedTuple):
    """What to do until when. `orders` are tried in turn; the world refuses what cannot be done."""

    activity: str
    room: str
    until: int  # ms; at the latest
    basis: Basis
    orders: tuple[Order, ...] = ()
    closing: tuple[Order, ...] = ()  # carried out when the step ends
    reason: str = ""
    asleep: bool = False
    resume: bool = False  # after an interruption: go back to what was interrupted
    thoughts: tuple[Thought, ...] = ()
    company: Company | None = None
    said: "Said | None" = None  # to what is to be settled
    place: str = ""  # where one is who is out: 'office'
    anomaly: str = ""  # the window of the anomaly that it comes of, see `world.sway`

    def carries_on(self, room: str, now: int) -> bool:
        """Whether whoever is in *room* just goes on with what they do."""
        return not self.orders and self.room == room and self.until <= now


class Decided(NamedTuple):
    """A decision as it is written down: the number that events refer to, when, whose, why asked."""

    id: int
    time: int
    resident: str
    cause: Cause
    decision: Decision


class Mind(Protocol):
    """Whoever steers one resident."""

    async def decide(self, observation: Observation) -> Decision:
        """What the resident does next."""
        ...
