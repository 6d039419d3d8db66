"""The rows of the timeline: happenings, people, devices, rules, sensors. Each yields its SVG on one day."""

from collections.abc import Iterator

from evaluation.reading import words
from evaluation.scene import DEVICE, FATE, HEAD, PERSON, RIGHT, SENSOR, WIDTH, Band, Scene
from evaluation.spans import ON, OUTSIDE, Befallen, Stay
from evaluation.svg import box, element, label, safe, title
from evaluation.wording import command_words
from world.automations import CAUSE as RULE

MARGIN = 16  # px
SHORT = 1.2  # px at least for what was on but a moment
NAME = 32  # characters of a device's name that fit


def band_of(scene: Scene, band: Band) -> Iterator[str]:
    """Everything of one day."""
    bottom = band.top + scene.height(band) - 14
    yield label(f"{band.run.clock.date_of(band.day):%A %-d %B}", MARGIN, band.top + 20, class_="day")
    yield from _grid(band, bottom)
    yield from _moments(scene, band)
    y = band.top + HEAD
    for fate in scene.lasting(band):
        yield from _lasting(scene, band, fate, y)
        y += FATE
    for who in scene.where:
        yield label(_cut(scene.name(who), 22), MARGIN, y + 15)
        yield from _person(scene, band, who, y)
        y += PERSON
    y += 6
    for device in scene.devices:
        yield from _device(scene, band, device, y)
        y += DEVICE
    for rule in scene.rules:
        yield from _rule(scene, band, rule, y)
        y += DEVICE
    y += 6
    for sensor in scene.sensors:
        yield from _sensor(scene, band, sensor, y)
        y += SENSOR


def _grid(band: Band, bottom: float) -> Iterator[str]:
    for hour in range(25):
        x = band.x(band.end if hour == 24 else band.run.clock.ms(band.day, hour * 60))
        yield element("line", x1=x, x2=x, y1=band.top + HEAD - 3, y2=bottom, class_="grid")
        if hour % 2 == 0:
            yield label(f"{hour:02d}", x, band.top + HEAD - 7, class_="soft", text_anchor="middle")


def mark(x: float, y: float) -> str:
    """A triangle that points to what happens."""
    return element("path", d=f"M{x - 4:.1f} {y - 8:.1f}h8l-4 8z", class_="use")


def _moments(scene: Scene, band: Band) -> Iterator[str]:
    for fate in scene.fates:
        if band.holds(fate.start, fate.start + 1):
            about = title(f"{band.at(fate.start)} {fate.text}")
            yield element("g", about, mark(band.x(fate.start), band.top + HEAD - 17))


def _lasting(scene: Scene, band: Band, fate: Befallen, y: float) -> Iterator[str]:
    """A power cut, a heat wave, a fault, from its beginning to its end; its words where there is room."""
    x, last = band.x(fate.start), band.x(fate.end)
    about = title(f"{fate.text}, {_until(scene, band, fate)}")
    yield box(x, y + 2, max(2.0, last - x), FATE - 4, about, class_="fate")
    width = 5.6 * len(fate.text) + 8
    if width < last - x or last + width < WIDTH - RIGHT:
        yield label(fate.text, (x if width < last - x else last) + 4, y + 11.5, class_="device")
    else:
        yield label(fate.text, x - 4, y + 11.5, class_="device", text_anchor="end")


def _until(scene: Scene, band: Band, fate: Befallen) -> str:
    """'21:15 to 22:10'; days are named where it lasts for more than one."""
    first, last = (scene.run.clock.local(time)[0] for time in (fate.start, fate.end))
    if first == last:
        return f"{band.at(fate.start)} to {band.at(fate.end)}"
    return f"day {first}, {band.at(fate.start)} to day {last}, {band.at(fate.end)}"


def _person(scene: Scene, band: Band, who: str, y: float) -> Iterator[str]:
    for stay in scene.where[who]:
        if band.holds(stay.start, stay.end):
            yield from _stay(scene, band, stay, y)
    for doing in scene.doing.get(who, []):
        if doing.asleep and band.holds(doing.start, doing.end):
            x, last = band.x(doing.start), band.x(doing.end)
            yield box(x, y + 1, last - x, PERSON - 4, fill="url(#asleep)", pointer_events="none")
    for stay in scene.where[who]:
        if band.holds(stay.start, stay.end):
            yield _where(scene, band, stay, y)
    for start, end, about in scene.waits(who):
        if band.holds(start, end):
            x, last = band.x(start), band.x(end)
            words_ = title(f"{about}, {band.at(start)} to {band.at(end)}")
            yield box(x, y + 1, max(2.0, last - x), PERSON - 4, words_, class_="waits", pointer_events="all")


def _stay(scene: Scene, band: Band, stay: Stay, y: float) -> Iterator[str]:
    x, last = band.x(stay.start), band.x(stay.end)
    place = (x, y + 1, last - x, PERSON - 4)
    about = title(_told(scene, band, stay))
    if stay.room not in scene.colours:
        yield box(*place, about, class_="away")
        return
    yield box(*place, about, fill=scene.colours[stay.room])
    if stay.room in scene.dotted:
        yield box(*place, fill="url(#dots)", pointer_events="none")


def _told(scene: Scene, band: Band, stay: Stay) -> str:
    """'Anna, 07:17 to 07:40, kitchen: make coffee, have breakfast'."""
    done = dict.fromkeys(
        scene.run.phrase(doing.activity)
        for doing in scene.doing.get(stay.resident, [])
        if doing.start < stay.end and doing.end > stay.start and doing.room == stay.room
    )
    room = "out" if stay.room == OUTSIDE else words(stay.room)
    span = f"{band.at(stay.start)} to {band.at(stay.end)}"
    return f"{scene.name(stay.resident)}, {span}, {room}: {', '.join(done)}".removesuffix(": ")


def _where(scene: Scene, band: Band, stay: Stay, y: float) -> str:
    """The room's name, where it fits."""
    text = "out" if stay.room == OUTSIDE else words(stay.room)
    x, last = band.x(stay.start), band.x(stay.end)
    if last - x < 6.3 * len(text) + 8:
        return ""
    colour = scene.colours.get(stay.room)
    look: dict[str, str] = {"class_": "where", "stroke": colour} if colour else {"class_": "nowhere"}
    return label(text, (x + last) / 2, y + 14, text_anchor="middle", pointer_events="none", **look)


def _device(scene: Scene, band: Band, device: str, y: float) -> Iterator[str]:
    room = scene.run.scenario.home.devices[device].room
    name = scene.run.device_name(device)
    yield box(MARGIN, y + 3, 6, 6, fill=scene.colours[room])
    shown = _cut(name.removeprefix("the "), NAME)
    about = title(f"{name} ({words(room)})")
    yield element("text", about, safe(shown), x=MARGIN + 11, y=y + 9.5, class_="device")
    spans, given = scene.devices[device]
    for use in spans:
        if band.holds(use.start, use.end):
            x, height = band.x(use.start), 2 if use.state != ON else 7
            about = title(f"{name} {use.state}, {band.at(use.start)} to {band.at(use.end)}")
            width = max(SHORT, band.x(use.end) - x)
            yield box(x, y + 6 - height / 2, width, height, about, class_="use")
    for event in given:
        if band.holds(event.time, event.time + 1):
            about = title(f"{band.at(event.time)} {name}: {event.command} {event.value}".rstrip())
            by_rule = event.cause.startswith(RULE)
            look = {"class_": "rule" if by_rule else "use"}
            yield box(band.x(event.time), y + 1.5, 2 if by_rule else SHORT, 9, about, **look)


def _rule(scene: Scene, band: Band, rule: str, y: float) -> Iterator[str]:
    yield box(MARGIN, y + 3, 6, 6, class_="rule")
    shown = _cut(f"rule {words(rule)}", NAME)
    yield element("text", title(words(rule)), safe(shown), x=MARGIN + 11, y=y + 9.5, class_="device")
    for event in scene.rules[rule]:
        if band.holds(event.time, event.time + 1):
            did = command_words(event, scene.run.catalogue, scene.run.device_name(event.device))
            about = title(f"{band.at(event.time)} rule {words(rule)}: {did}")
            yield box(band.x(event.time), y + 1.5, 2, 9, about, class_="rule")


def _sensor(scene: Scene, band: Band, sensor: str, y: float) -> Iterator[str]:
    name = scene.run.device_name(sensor)
    shown = _cut(name.removeprefix("the "), NAME)
    yield element("text", title(name), safe(shown), x=MARGIN + 11, y=y + 7.5, class_="soft thin")
    for start, end in scene.sensors[sensor]:
        if band.holds(start, end):
            about = title(f"{name}, {band.at(start)} to {band.at(end)}")
            yield box(
                band.x(start), y + 3, max(SHORT, band.x(end) - band.x(start)), 3, about, class_="sensed"
            )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
