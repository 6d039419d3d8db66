"""What kind of day it is, as far as plans go: a plan holds for all days of its kind."""

from agents.person import Person
from scenarios.frozen import clock_text


def day_type(person: Person, day: int) -> str:
    """'late', a shift of the rota; 'work from 08:30 to 17:00'; 'a day off'; 'a day at home'; of illness."""
    schedule, date = person.profile.schedule, person.clock.date_of(day)
    if person.life is not None and not person.life.as_usual(day):
        return "a day of illness" if person.life.ails(day) else "a day of packing or unpacking"
    if schedule is None:
        return "a day of the weekend" if date.weekday() > 4 else "a weekday"
    if schedule.rota is not None:
        return schedule.rota.on(day, date)
    hours = [
        f"{plan.place} from {clock_text(plan.leave)} to {clock_text(plan.back)}"
        for plan in schedule.away
        if date.weekday() in plan.days
    ]
    return " and ".join(hours) or ("a day off" if date.weekday() in schedule.free_days else "a day at home")
