"""What the arithmetic must know of a town."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from incidents.rules.acts import Refused
from incidents.rules.alarms import Step
from incidents.rules.answers import House

#: No day that a person enters lies beyond: a year outside is a slip of the hand, and time cannot be counted at its edges.
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Town:
    """The zone of its days and hours, the moments at which its clocks raise alarms, what it asks of an answer."""

    zone: ZoneInfo
    steps: tuple[Step, ...]
    #: Working minutes in which a department may say that an appeal is not its own; 0: at any time.
    return_minutes: int = 120
    #: Who hears that a text waits for approval, before the deadline (`rules.silence`).
    silence: tuple[Step, ...] = ()
    #: What every answer is checked for.
    house: House = field(default_factory=House)


def check_year(day: date) -> None:
    """Raises Refused `strange_year` for a day (or a local time) that nobody can have meant."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused("strange_year", year=day.year)
