"""Weather that the user brings: Open-Meteo's CSV, an EPW, a plain CSV; and every way to get it wrong."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.folder import recorded_settings
from scenarios.chance import Chance
from scenarios.home import Address
from scenarios.loading import load_scenario
from scenarios.problems import ScenarioError
from scenarios.weather_file import Hour, read_weather
from tests.command import HERMIT, said
from tests.test_sun import PLACES
from tests.test_weather import CLIMATES
from world.clock import HOUR, Clock
from world.sun import sky
from world.weather import Spell, Weather

START = date(2026, 1, 12)
PARIS, NEW_YORK = Address(), Address(latitude=40.7, longitude=-74, zone="America/New_York")
METEO = "time,temperature_2m (°C),relative_humidity_2m (%),cloud_cover (%),wind_speed_10m (km/h)"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*lines: str, name: str = "weather.csv", encoding: str = "utf-8") -> Path:
    Path(name).write_text("\n".join(lines) + "\n", encoding=encoding)
    return Path(name)


def times(first: datetime, count: int) -> list[datetime]:
    return [first + timedelta(hours=hour) for hour in range(count)]


def plain(count: int = 48, header: str = "time,temperature", cells: str = "") -> list[str]:
    """A plain file from the first midnight on: as many degrees as hours have passed since midnight."""
    return [
        header,
        *(f"{time:%Y-%m-%d %H:%M},{time.hour}{cells}" for time in times(datetime(2026, 1, 12), count)),
    ]


def open_meteo(first: datetime, count: int, offset: int = 0, place: str = "48.86,2.35") -> list[str]:
    """What api.open-meteo.com answers to format=csv: UTC plus *offset* hours, and days below the hours."""
    return [
        "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation",
        f"{place},38.0,{offset * 3600},Somewhere,GMT{offset:+d}",
        "",
        METEO,
        *(f"{t:%Y-%m-%dT%H:%M},{t.hour},{50 + t.hour},{4 * t.hour},12.3" for t in times(first, count)),
        "",
        "time,temperature_2m_max (°C)",
        "2026-01-12,23.0",
    ]


def epw(
    place: str = "48.73,2.40,1.0", change: Callable[[datetime], dict[int, str]] | None = None
) -> list[str]:
    """A typical year: ten degrees per month, a tenth per hour; each month of another year."""
    lines = [
        f"LOCATION,PARIS ORLY,-,FRA,IWEC Data,071490,{place},96.0",
        *("DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0"),
        *("HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0", 'COMMENTS 1,"made, for a test"', "COMMENTS 2,"),
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]
    for time in times(datetime(2001, 1, 1), 8760):
        cells = ["0"] * 35
        cells[0:5] = [str(1980 + time.month), str(time.month), str(time.day), str(time.hour + 1), "60"]
        cells[5:9] = ["?9?9?9", f"{time.month * 3 + (time.hour + 1) / 10:.1f}", "0.0", "80"]
        cells[22] = "5"
        for column, cell in (change(time) if change else {}).items():
            cells[column] = cell
        lines.append(",".join(cells))
    return lines


def read(path: Path, days: int = 2, address: Address = PARIS, start: date = START) -> tuple[Hour, ...]:
    return read_weather(path, address, start, days)


def weather(
    path: Path,
    days: int = 2,
    address: Address = PARIS,
    start: date = START,
    climate: str = "paris",
    spells: Sequence[Spell] = (),
) -> Weather:
    clock = Clock(start, address.zone)
    record = read(path, days, address, start)
    return Weather(CLIMATES[climate], address, clock, Chance(7), spells, record)


def course(of: Weather, what: str, hours: int = 48) -> list[float]:
    return [getattr(of, what)(hour * HOUR) for hour in range(hours)]


def complaints(path: Path, days: int = 2, address: Address = PARIS, start: date = START) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(path, days, address, start)
    return str(caught.value).splitlines()


def test_a_plain_file_is_the_weather_at_the_homes_wall_clock() -> None:
    of = weather(write(*plain()))
    assert course(of, "temperature") == pytest.approx([hour % 24 for hour in range(48)])
    assert of.temperature(5 * HOUR + HOUR // 2) == pytest.approx(5.5)


def test_what_the_file_lacks_comes_from_the_climate() -> None:
    bare, whole = (
        weather(write(*plain())),
        Weather(CLIMATES["paris"], PARIS, Clock(START, PARIS.zone), Chance(7)),
    )
    assert course(bare, "cloud") == pytest.approx(course(whole, "cloud"))
    assert course(bare, "humidity") == pytest.approx(course(whole, "humidity"))


def test_humidity_and_cloud_are_taken_from_the_file_in_percent() -> None:
    of = weather(write(*plain(header="Time, Temperature ,humidity,CLOUD", cells=",60,25")))
    assert course(of, "cloud") == pytest.approx([0.25] * 48)
    assert course(of, "humidity") == pytest.approx([0.6] * 48)


def test_open_meteo_says_in_which_time_it_is_written() -> None:
    first = datetime(2026, 1, 11, 12)
    utc = weather(write(*open_meteo(first, 96)))
    assert utc.temperature(0) == pytest.approx(23)  # midnight in Paris
    local = weather(write(*open_meteo(first, 96, offset=1)))
    assert local.temperature(0) == pytest.approx(0)
    assert course(local, "cloud", 24) == pytest.approx([hour * 0.04 for hour in range(24)])
    assert local.humidity(7 * HOUR) == pytest.approx(0.57)


def test_open_meteo_keeps_one_offset_through_daylight_saving() -> None:
    march = date(2026, 3, 29)  # 23 hours in Paris
    of = weather(write(*open_meteo(datetime(2026, 3, 28), 96, offset=1)), start=march)
    assert of.temperature(0) == pytest.approx(0)
    assert of.temperature(10 * HOUR) == pytest.approx(10)  # 11:00 by the wall clock
    assert of.temperature(23 * HOUR) == pytest.approx(23)  # midnight


def test_open_meteo_without_units_and_with_the_current_hour_above() -> None:
    lines = open_meteo(datetime(2026, 1, 11), 96, offset=1)
    lines[3] = METEO.replace(" (°C)", "").replace(" (%)", "")
    lines[2:3] = ["", "time,temperature_2m", "2026-01-12T09:15,40", ""]
    assert weather(write(*lines)).temperature(9 * HOUR) == pytest.approx(9)


def test_clouds_are_told_from_the_suns_radiation_and_stay_overnight() -> None:
    july = date(2026, 7, 1)
    bare = Weather(CLIMATES["paris"], PARIS, Clock(july, PARIS.zone), Chance(1))
    lines = ["time,temperature_2m (°C),shortwave_radiation (W/m²)"]
    for hour in range(72):
        under = 0.3 if hour < 30 else 0.9
        total = sky(*bare.sun.position(hour * HOUR - HOUR // 2), under).total  # mean of the hour before
        lines.append(f"{datetime(2026, 7, 1) + timedelta(hours=hour):%Y-%m-%dT%H:%M},20,{total:.1f}")
    of = weather(write(*lines), start=july, days=3)
    assert of.cloud(12 * HOUR) == pytest.approx(0.3, abs=0.02)
    assert of.cloud(25 * HOUR) == pytest.approx(0.3, abs=0.02)  # the evening before
    assert of.cloud(2 * HOUR) == pytest.approx(0.3, abs=0.02)  # the morning after
    assert of.cloud(40 * HOUR) == pytest.approx(0.9, abs=0.02)


def test_an_epw_serves_any_year_by_month_day_and_hour() -> None:
    path = write(*epw(), name="paris.epw", encoding="latin-1")
    for year in (2024, 2026, 2049):
        of = weather(path, start=date(year, 3, 1))
        assert of.temperature(5 * HOUR) == pytest.approx(9.5)
        assert of.humidity(5 * HOUR) == pytest.approx(0.8)
        assert of.cloud(5 * HOUR) == pytest.approx(0.5)
    assert weather(path, start=date(2026, 7, 1)).temperature(5 * HOUR) == pytest.approx(21.4)  # standard time


def test_an_epw_goes_on_from_december_to_january_and_knows_29_february_as_the_day_before() -> None:
    path = write(*epw())
    new_year = weather(path, start=date(2026, 12, 31))
    assert new_year.temperature(24 * HOUR) == pytest.approx(36 + 2.4)
    assert new_year.temperature(25 * HOUR) == pytest.approx(3 + 0.1)
    leap = weather(path, start=date(2028, 2, 28), days=3)
    assert course(leap, "temperature", 24)[1:] == pytest.approx(
        [leap.temperature((hour + 24) * HOUR) for hour in range(1, 24)]
    )


def test_an_epws_missing_numbers_come_from_the_climate() -> None:
    path = write(*epw(change=lambda time: {8: "999", 22: "99", 13: "9999"}))
    of = weather(path, start=date(2026, 7, 1))
    assert len(set(course(of, "cloud"))) > 40
    assert len(set(course(of, "humidity"))) > 40


def test_the_same_weather_whichever_file_it_is_written_in() -> None:
    meteo = weather(write(*open_meteo(datetime(2026, 1, 11), 96, offset=1)))
    zulu = [
        line.replace(",", "Z,", 1) if line.startswith("2026") else line
        for line in open_meteo(datetime(2026, 1, 11), 96)[3:-3]
    ]
    shifted = weather(write(*zulu, name="zulu.csv"))
    assert course(shifted, "temperature")[1:] == pytest.approx(course(meteo, "temperature")[:-1])


def test_india_reads_utc_between_the_half_hours() -> None:
    of = weather(write(*open_meteo(datetime(2026, 1, 11), 96, place="28.6,77.2")), address=PLACES["delhi"])
    assert of.temperature(12 * HOUR) == pytest.approx(6.5)


def test_excel_writes_latin_and_windows_line_ends() -> None:
    lines = open_meteo(datetime(2026, 1, 11), 96, offset=1)
    Path("weather.csv").write_bytes("\r\n".join(lines).encode("latin-1"))
    assert weather(Path("weather.csv")).temperature(3 * HOUR) == pytest.approx(3)
    Path("weather.csv").write_bytes(b"\xef\xbb\xbf" + "\n".join(plain()).encode())
    assert weather(Path("weather.csv")).temperature(3 * HOUR) == pytest.approx(3)


def test_wall_clock_times_over_the_hour_that_comes_twice_and_the_one_that_never_comes() -> None:
    october = date(2026, 10, 25)  # 25 hours: 02:00 comes twice
    once = ["time,temperature", *(f"2026-10-25 {hour:02d}:00,{hour}" for hour in range(24))]
    of = weather(write(*once), start=october, days=1)
    assert of.temperature(2 * HOUR) == pytest.approx(2, abs=0.1)
    assert of.temperature(24 * HOUR) == pytest.approx(23, abs=0.1)
    twice = [*once[:4], "2026-10-25 02:00,2.5", *once[4:]]
    assert weather(write(*twice), start=october, days=1).temperature(3 * HOUR) == pytest.approx(2.5, abs=0.1)
    march = ["time,temperature", *(f"2026-03-29 {hour:02d}:00,{hour}" for hour in range(24))]
    spring = weather(write(*march), start=date(2026, 3, 29), days=1)
    assert spring.temperature(2 * HOUR) == pytest.approx(3, abs=0.1)  # 03:00; 02:00 is no time of that day


def test_a_heat_wave_comes_on_top_of_a_recorded_winter() -> None:
    wave = Spell(6 * HOUR, 30 * HOUR, 10.0)
    path = write(*plain())
    warmer = np.subtract(
        course(weather(path, spells=[wave]), "temperature"), course(weather(path), "temperature")
    )
    assert (warmer[:7] == 0).all() and (warmer[30:] == 0).all()
    assert warmer[12:25] == pytest.approx(10)


def test_only_what_the_scenario_lives_through_must_be_there() -> None:
    lines = plain(24 * 10)
    del lines[24 * 5 : 24 * 6]
    path = write(*lines)
    assert len(read(path, days=2)) == 50  # an hour more on either side, where there is one
    assert complaints(path, days=8) == [
        "weather.csv:121: no row for 2026-01-16 23:00: 2026-01-17 23:00 comes 25 hours after the row before; "
        "expected one row an hour"
    ]


Change = Callable[[list[str]], list[str]]


def put(line: int, *instead: str) -> Change:
    """The file with other lines in place of one."""
    return lambda it: [*it[: line - 1], *instead, *it[line:]]


def cut(first: int, last: int) -> Change:
    return lambda it: it[: first - 1] + it[last:]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (cut(32, 34), ":32: no row for 2026-01-13 06:00: 2026-01-13 09:00 comes 4 hours after the row"),
        (lambda it: [it[0], *it[1::3]], ":3: no row for 2026-01-12 01:00: .* 3 hours after the row before"),
        (put(33, "2026-01-13 04:30,1"), ":33: 2026-01-13 04:30 comes after 2026-01-13 06:00;"),
        (put(32, "2026-01-13 05:00,1"), ":32: 2026-01-13 05:00 comes twice, first in line 31"),
        (cut(41, 49), ":40: ends at 2026-01-13 14:00; the scenario lasts until 2026-01-14 00:00"),
        (cut(2, 4), ":2: begins at 2026-01-12 03:00; the scenario begins at 2026-01-12 00:00"),
        (put(1, "time,temp"), ":1: no column is called temperature or temperature_2m; got 'temp'"),
        (put(1, "date,temperature"), ":1: no column is called time; expected a header such as time,temp"),
        (put(1, "time,temperature (°F)"), ":1: temperature is in °F; expected °C"),
        (lambda it: [line.replace(",", ";") for line in it], ":1: columns are parted by ';'"),
        (put(10, "2026-01-12 08:00,mild"), ":10: temperature 'mild' is no number"),
        (put(10, "2026-01-12 08:00,77"), ":10: temperature of 77 °C cannot be; expected -90 to 60 °C"),
        (put(10, "2026-01-12 08:00,inf"), ":10: temperature of inf °C cannot be"),
        (put(10, "2026-01-12 08:00,"), ":10: no temperature at 2026-01-12 08:00"),
        (put(10, "2026-01-12 08:00"), ":10: 1 columns; expected 2 or more"),
        (put(10, "12.01.26 08:00,8"), ":10: time '12.01.26 08:00' is none; expected one such as 2026"),
        (put(10, "2026-01-12 25:00,8"), ":10: time '2026-01-12 25:00' is none"),
        (cut(2, 49), ": holds no row of weather"),
        (cut(1, 49), ":1: no column is called time"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_said_with_its_line(change: Change, sentence: str) -> None:
    (first, *_) = complaints(write(*change(plain())))
    assert re.search(sentence, first), first
    assert first.startswith("weather.csv")


def test_shares_are_not_percent() -> None:
    assert (
        "looks like a share" in complaints(write(*plain(header="time,temperature,humidity", cells=",0.7")))[0]
    )
    assert complaints(write(*plain(header="time,temperature,cloud", cells=",130")))[0].endswith(
        "cloud of 130 % cannot be; expected 0 to 100 %"
    )
    read(write(*plain(header="time,temperature,cloud", cells=",0")))  # a clear sky is no mistake


def test_all_that_is_wrong_with_its_cells_is_said_at_once() -> None:
    lines = plain()
    lines[5] = "2026-01-12 04:00,x"
    lines[7] = "2026-01-12 06:00,y"
    assert [line.split(":")[1] for line in complaints(write(*lines))] == ["6", "8"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (cut(1001, 1003), ":1000: no row for month 2, day 11, hour 9"),
        (lambda it: [*it[:1000], *it[999:]], ":1001: month 2, day 11, hour 8 comes again, after line 1000"),
        (put(1001, "1982,13,1,1"), ":1001: 4 columns; expected 35"),
        (put(1001, ",".join(["1982", "2", "31", "9", *["0"] * 31])), ":1001: '2,31,9' is no month, day"),
        (put(1001, ",".join(["1982", "2", "11", "9", "0", "", "warm", *["0"] * 28])), ".*'warm' is no"),
        (put(1, "LOCATION,PARIS,-,FRA,IWEC,071490,north,2.4,1,96"), ":1: LOCATION lacks latitude"),
        (put(1, "LOCATION,TOKYO,-,JPN,TMY,1,35.7,139.8,9,6"), ":1: weather of latitude 35.7, long"),
        (cut(9, 9000), ": no row for month 2, day 9, hour 24"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_epw_is_said_with_its_line(change: Change, sentence: str) -> None:
    (first, *_) = complaints(write(*change(epw()), name="typical.epw"), start=date(2026, 2, 10))
    assert re.search(sentence, first), first


def test_a_missing_temperature_in_an_epw_is_missed_only_where_it_is_lived() -> None:
    path = write(*epw(change=lambda time: {6: "99.9"} if (time.month, time.hour) == (2, 8) else {}))
    assert (
        complaints(path, start=date(2026, 2, 10))[0] == "weather.csv:977: no temperature at 2026-02-10 09:00"
    )
    read(path, start=date(2026, 3, 10))


def test_weather_of_another_place_is_refused() -> None:
    path = write(*open_meteo(datetime(2026, 1, 11), 96, offset=1))
    assert complaints(path, address=NEW_YORK) == [
        "weather.csv:2: weather of latitude 48.86, longitude 2.35, but the home stands at 40.7, -74; "
        "expected nearby weather, or another home.address"
    ]
    broken = open_meteo(datetime(2026, 1, 11), 96, place="here,there")
    assert complaints(write(*broken))[0].startswith("weather.csv:2: expected latitude")


def test_what_cannot_be_read_at_all_is_refused() -> None:
    assert complaints(Path("wether.csv"))[0].startswith("wether.csv: there is no such file")
    Path("folder.csv").mkdir()
    assert "cannot be read" in complaints(Path("folder.csv"))[0]
    Path("empty.csv").touch()
    assert complaints(Path("empty.csv")) == ["empty.csv: the file is empty"]
    Path("picture.csv").write_bytes(bytes(range(256)) * 20)
    assert complaints(Path("picture.csv"))
    Path("long.csv").write_text("time,temperature\n" + "x" * 200_000, encoding="utf-8")
    assert "is no CSV" in complaints(Path("long.csv"))[0]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*open_meteo(datetime(2026, 1, 11), 4), *plain(4), *epw()[:10]]),
            st.text(alphabet="time,temperature 0123456789-:T\"'\x00\n;()°C", max_size=40),
            st.datetimes(timezones=st.none() | st.sampled_from([UTC, ZoneInfo("Asia/Kolkata")])).map(
                lambda time: f"{time.isoformat()},5"
            ),
        ),
        max_size=12,
    )
)
def test_whatever_stands_in_the_file_it_is_weather_or_a_sentence(lines: list[str]) -> None:
    path = write(*lines)
    try:
        read(path, days=1)
    except ScenarioError as error:
        assert all(problem.file == "weather.csv" and problem.message for problem in error.problems)


def scenario(file: str = "w.csv", **more: object) -> Path:
    extra = "".join(f"{key}: {value}\n" for key, value in more.items())
    return write(dedent(HERMIT) + f"weather: {file}\n{extra}", name="hermit.yaml")


def test_validate_names_the_weather_files_line_and_fails() -> None:
    lines = plain()
    del lines[30:33]
    write(*lines, name="w.csv")
    told = said("validate", scenario())
    assert told.code == 2
    assert told.sentence == (
        "w.csv:31: no row for 2026-01-13 05:00: 2026-01-13 08:00 comes 4 hours after the row before; "
        "expected one row an hour"
    )


def test_a_weather_file_that_is_not_there_or_not_the_scenarios_is_refused_at_its_line() -> None:
    write(*plain(), name="winter.csv")
    told = said("validate", scenario("wintr.csv"))
    assert told.code == 2 and re.search(
        r"hermit.yaml:\d+: weather: no file .*did you mean 'winter.csv'", told.err
    )
    assert said("validate", scenario("/etc/hosts")).code == 2
    assert "outside" in said("validate", scenario("../../x.csv")).err


def test_more_days_than_the_file_has_are_refused_before_the_run() -> None:
    write(*plain(), name="w.csv")
    told = said("run", scenario(), "--days", "9", "--out", "long")
    assert told.code == 2 and "w.csv:49: ends at 2026-01-13 23:00" in told.err
    assert not Path("long").exists()


def test_a_run_knows_its_weather_by_digest_and_keeps_it() -> None:
    write(*plain(), name="w.csv")
    first = load_scenario(scenario())
    assert first.weather == str(Path("w.csv").resolve())
    assert said("run", scenario(), "--mind", "habit", "--out", "one").code == 0
    kept = recorded_settings(Path("one"))["scenario"]["weather"]
    assert re.fullmatch(r"w\.csv@[0-9a-f]{16}", kept)
    Path("w.csv").unlink()
    replayed = said("run", "one", "--replay")
    assert replayed.code == 0, replayed.err
    write(*plain(cells="", header="time,temperature")[:-1], "2026-01-13 23:00,9", name="w.csv")
    other = said("run", scenario(), "--mind", "habit", "--out", "one")
    assert other.code == 2 and "scenario.weather" in other.err
    Path("one/weather.csv").unlink()
    assert "lacks weather.csv" in said("run", "one", "--replay").err
