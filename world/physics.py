"""The physical side of a house: what it is like in a room now.

Air advances in steps between events, each exact for what people and devices gave off during it; light
and noise follow at once. `Still` is the same without physics, for comparison.
"""

from collections.abc import Iterable, Mapping

from scenarios.home import Home
from world.air import FRESH, Air
from world.clock import HOUR, MINUTE
from world.devices import Device
from world.gains import Gains, Person
from world.illuminance import Illuminance
from world.noise import STREET, Noise
from world.thermal import HEATED, Target, Thermal
from world.weather import GLANCE, Weather

SEASON = (
    72 * HOUR
)  # within which a building follows the weather: neighbours are as warm as that, when it is hot
Wants = tuple[list[Target], list[Target]]  # to heat, to cool


class Physics:
    """Temperature, humidity, CO₂, light and noise. Rooms in the open air have those of outdoors."""

    def __init__(self, home: Home, devices: Mapping[str, Device], weather: Weather) -> None:
        self.weather = weather
        self.heating_faults = 0  # while one lasts, nothing heats
        there = list(devices.values())
        self._thermal = Thermal(home)
        rooms = self._thermal.rooms
        self._number = {room: number for number, room in enumerate(rooms)}
        self._air = Air(home, rooms, weather.vapour(0))
        self._gains = Gains(rooms, there)
        self.moved = self._gains.moved
        """Somebody is, or may be, in another room than before, or has fallen asleep or woken up."""
        self._outputs = {device.id: device.output for device in there}  # as everybody here knows them
        self._light, self._noise = Illuminance(home, there), Noise(home, there)
        conditioners = [device for device in there if device.type.conditions]
        self._conditioners = [[it for it in conditioners if it.room == room] for room in rooms]
        self._targets: list[Target] | None = None  # None: to be found
        self._contested: list[Wants] = []
        self._faults = 0  # as the targets know them
        self._heated, self._cooled = [0.0 for _ in rooms], [0.0 for _ in rooms]  # Wh
        self._course = weather.course(0)
        self._light.follow(self._course.sky)
        self._time, (self._outdoors, self._vapour) = 0, weather.air(0)
        self._sun = self._light.sun(rooms, 0)
        self.season = sum(weather.temperature(hour * HOUR) for hour in range(24)) / 24
        """°C outdoors, on average over the last days."""

    def outdoors(self, now: int) -> float:
        """Air temperature outdoors, °C."""
        moment = self._moment(now)
        return self._course.temperature[moment]

    def temperature(self, room: str, now: int) -> float:
        """Air temperature where somebody is, °C, as of the last step."""
        number = self._number.get(room)
        return self.outdoors(now) if number is None else self._thermal.temperatures[number]

    def humidity(self, room: str) -> float:
        """Relative humidity, %, as of the last step."""
        number = self._number.get(room)
        if number is None:
            return 100 * self.weather.humidity(self._time)
        return self._air.humidity(number, self._thermal.temperatures[number])

    def co2(self, room: str) -> float:
        """Carbon dioxide, ppm, as of the last step."""
        number = self._number.get(room)
        return FRESH if number is None else self._air.co2[number]

    def lux(self, room: str, now: int) -> float:
        """Light in a room, daylight and lamps together, lux."""
        return self._light.lux(room, self._moment(now))

    def daylight(self, room: str, now: int) -> float:
        """Light in a room at home with the lamps off and the blinds open, lux."""
        return self._light.daylight(room, self._moment(now))

    def noise(self, room: str, now: int) -> float:
        """Noise in a room, dB(A)."""
        return STREET if room == "outside" else self._noise.level(room, self._gains.awake)

    def heating(self, room: str) -> float:
        """Heat that conditioning has delivered to a room with walls since the start, Wh."""
        return self._heated[self._number[room]]

    def cooling(self, room: str) -> float:
        """Heat that conditioning has taken from a room with walls since the start, Wh."""
        return self._cooled[self._number[room]]

    def changed(self, device: Device, now: int) -> None:
        """The state of *device* is, or may be, another."""
        kind, output, before = device.type, device.output, self._outputs[device.id]
        if output is not before:
            self._outputs[device.id] = output
            if output.fresh_air != before.fresh_air:
                self._step(now - now % MINUTE)  # until now the air flowed otherwise; short steps are alike
            self._gains.changed(device, now)
            if output.lumens != before.lumens:
                self._light.lit(device)
            if output.noise != before.noise:
                self._noise.changed(device)
        if kind.shade:
            self._light.shaded(device)
        if kind.conditions:
            self._targets = None

    def advance(self, now: int, people: Iterable[Person]) -> None:
        """Let the air of all rooms follow what has happened up to *now*."""
        places = self._gains.places
        for person in people:
            if places.get(person.id) != (person.room, person.asleep):
                self.moved(person, now)
        self._step(now)

    def _step(self, now: int) -> None:
        """The weather and the sun of a step are the means of its two ends."""
        span = now - self._time
        if span <= 0:
            return
        moment = self._moment(now)
        outdoors, vapour = self._course.temperature[moment], self._course.vapour[moment]
        sun = self._light.sun(self._thermal.rooms, moment)
        heat, moisture, co2 = self._gains.means(now)
        heat = [given + (one + two) / 2 for given, one, two in zip(heat, self._sun, sun)]  # noqa: B905
        around, fresh_air = (self._outdoors + outdoors) / 2, self._gains.fresh_air
        self.season += (around - self.season) * span / (SEASON + span)
        targets = self._wanted()
        watts = self._thermal.advance(span, around, heat, targets, fresh_air, max(HEATED, self.season))
        for target, power in zip(targets, watts):  # noqa: B905 - as long
            if power > 0:
                self._heated[target.room] += power * span / HOUR
            elif power < 0:
                self._cooled[target.room] -= power * span / HOUR
        self._air.advance(
            span, (self._vapour + vapour) / 2, moisture, co2, self._thermal.temperatures, fresh_air
        )
        self._time, self._outdoors, self._vapour, self._sun = now, outdoors, vapour, sun

    def _moment(self, now: int) -> int:
        """The number of the moment, in the course of its day, from which the weather is as it is now."""
        if not self._course.start <= now < self._course.end:
            self._course = self.weather.course(now)
            self._light.follow(self._course.sky)
        return (now - self._course.start) // GLANCE

    def _wanted(self) -> list[Target]:
        """What conditions the rooms now: where heaters and coolers are both on, those that are needed."""
        if self._targets is None or self._faults != self.heating_faults:
            self._find_targets()
        targets = self._targets or []
        for heat, cool in self._contested:
            between = (heat[0].setpoint + cool[0].setpoint) / 2
            targets = targets + (heat if self._thermal.temperatures[heat[0].room] < between else cool)
        return targets

    def _find_targets(self) -> None:
        self._targets, self._contested, self._faults = [], [], self.heating_faults
        for room, devices in enumerate(self._conditioners):
            heat, cool = _wants(room, devices)
            if heat and cool and not self.heating_faults:
                self._contested.append((heat, cool))
            else:
                self._targets += cool if self.heating_faults else heat + cool


def _wants(room: int, devices: Iterable[Device]) -> Wants:
    """What conditions a room, the most demanding setpoint first: the next help where it does not suffice."""
    active = [found for device in devices if (found := device.conditioning())]
    heat = [Target(room, setpoint, 0.0, part.watts) for part, setpoint in active if part.mode == "heat"]
    cool = [Target(room, setpoint, -part.watts, 0.0) for part, setpoint in active if part.mode == "cool"]
    heat.sort(key=lambda target: -target.setpoint)
    cool.sort(key=lambda target: target.setpoint)
    return heat, cool


class Still:
    """No physics: always 21 °C, bright and quiet in every room. Outdoors has its weather."""

    def __init__(self, weather: Weather) -> None:
        self.weather = weather
        self.heating_faults = 0
        self.season = 15.0

    def outdoors(self, now: int) -> float:
        """Air temperature outdoors, °C."""
        return self.weather.temperature(now)

    def temperature(self, room: str, now: int) -> float:
        """21 °C; outside as the weather has it."""
        return self.outdoors(now) if room == "outside" else 21.0

    def humidity(self, room: str) -> float:
        """45 %."""
        return 45.0

    def co2(self, room: str) -> float:
        """600 ppm."""
        return 600.0

    def lux(self, room: str, now: int) -> float:
        """500 lux."""
        return 500.0

    def daylight(self, room: str, now: int) -> float:
        """500 lux."""
        return 500.0

    def noise(self, room: str, now: int) -> float:
        """28 dB(A)."""
        return 28.0

    def heating(self, room: str) -> float:
        """0 Wh."""
        return 0.0

    cooling = heating

    def changed(self, device: Device, now: int) -> None:
        """Nothing follows."""

    def moved(self, person: Person, now: int) -> None:
        """Nothing follows."""

    def advance(self, now: int, people: Iterable[Person]) -> None:
        """Nothing follows."""
