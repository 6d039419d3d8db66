"""The calendar of a run: integer milliseconds since the first local midnight, to local wall time and back."""

from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = 60_000
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class _Span:
    """One local day: its instants, and the one at which its wall clock jumps."""

    day: int
    weekday: int
    start: int
    end: int
    switch: int  # = end on ordinary days
    shift: int  # ms the wall clock jumps forward at `switch`


class Clock:
    """Time 0 is the local midnight at which *start* begins; days count from there, 23 to 25 hours long."""

    def __init__(self, start: date, zone: str) -> None:
        self.start = start
        self._zone = ZoneInfo(zone)
        self.epoch = self._utc(start, 0)  # ms from 1970 (UTC) to time 0
        self._spans: dict[int, _Span] = {}
        self._today = self._span(0)

    def at(self, ms: int) -> datetime:
        """The instant as a datetime in the home's zone."""
        return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=self.epoch + ms)).astimezone(
            self._zone
        )

    def date_of(self, day: int) -> date:
        """The calendar date of *day*; day 0 is the start."""
        return self.start + timedelta(days=day)

    def local(self, ms: int) -> tuple[int, int, int]:
        """(day, weekday, minute of the local day), Monday = 0.

        The minute is what the wall clock shows: on the 25-hour day an hour of minutes comes twice.
        """
        span = self._today
        if not span.start <= ms < span.end:
            span = self._today = self._find(ms)
        elapsed = ms - span.start
        return span.day, span.weekday, (elapsed + span.shift if ms >= span.switch else elapsed) // MINUTE

    def midnight(self, day: int) -> int:
        """The instant at which *day* begins."""
        return self._span(day).start

    def ms(self, day: int, minute: int) -> int:
        """The instant when the wall clock of *day* shows *minute*; from 1440 on, of the days after.

        A time that daylight saving skips is as much later as the jump (02:30 means 03:30); of a time
        that comes twice, the first is meant.
        """
        days, minute = divmod(minute, 1440)
        span = self._span(day + days)
        wall = span.start + minute * MINUTE
        return wall - span.shift if wall >= span.switch + max(span.shift, 0) else wall

    def _utc(self, day: date, minute: int) -> int:
        wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=self._zone)
        return round(wall.timestamp()) * 1000

    def _span(self, day: int) -> _Span:
        span = self._spans.get(day)
        if span is None:
            span = self._spans[day] = self._measure(day)
        return span

    def _measure(self, day: int) -> _Span:
        today = self.date_of(day)
        start, end = (self._utc(moment, 0) - self.epoch for moment in (today, self.date_of(day + 1)))
        switch, shift = end, 24 * HOUR - (end - start)
        if shift:
            before = self.at(start - 1).utcoffset()
            minutes = range((end - start) // MINUTE)
            switch = start + MINUTE * bisect(
                minutes, False, key=lambda minute: self.at(start + minute * MINUTE).utcoffset() != before
            )
        return _Span(day, today.weekday(), start, end, switch, shift)

    def _find(self, ms: int) -> _Span:
        day = ms // (24 * HOUR)
        while ms < self._span(day).start:
            day -= 1
        while ms >= self._span(day).end:
            day += 1
        return self._span(day)
