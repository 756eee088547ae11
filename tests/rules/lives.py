"""Lives of appeals for tests of the clock: a journal told in a few words, and the norms of a small town."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from incidents.rules.calendar import Calendar, Interval, Versions
from incidents.rules.life import Event
from incidents.rules.norms import ClockName, Hours, Kind, Norm, Start, Unit
from incidents.rules.reckoning import Clock, Reckoning, reckon

ZONE = ZoneInfo("Asia/Vladivostok")
LONG_AGO = date(2018, 1, 1)
NINE_TO_FIVE: tuple[Interval, ...] = ((540, 1020),)


def at(written: str, zone: ZoneInfo = ZONE) -> datetime:
    """A moment by the town's clock, in UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=zone).astimezone(UTC)


def week(*days: tuple[Interval, ...], zone: ZoneInfo = ZONE, **special: Any) -> Calendar:
    """A calendar of these days, Monday first; what is left of the week is free."""
    return Calendar(zone, days + ((),) * (7 - len(days)), **special)


OFFICE = week(*(NINE_TO_FIVE,) * 5)
ALWAYS = week(*(((0, 1440),),) * 7)


def norm(minutes: int, hours: Hours = Hours.WORKING, **fields: Any) -> Norm:
    """A norm for social appeals since ever; `fields` say what is different."""
    values: dict[str, Any] = {"id": 1, "kind": Kind.SOCIAL, "starts_at": Start.RECEIVED, "valid_from": LONG_AGO}
    return Norm(term=minutes, hours=hours, **{**values, **fields})


#: First answer in two working hours, the next one in one, the last word in seven working days.
NORMS = (
    norm(120),
    norm(60, id=2, clock=ClockName.NEXT, starts_at=Start.ANSWERED),
    norm(7, id=3, clock=ClockName.FINAL, starts_at=Start.ANSWERED, unit=Unit.DAYS),
)


@dataclass
class Journal:
    """Entries in the order of writing; each act at a moment of the town."""

    received: str
    calendar: Calendar = OFFICE
    norms: Sequence[Norm] = NORMS
    kind: Kind = Kind.SOCIAL
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        moment = self._moment(self.received)
        data = {"kind": self.kind, "network": "vk", "posted_at": None, "received_at": moment.isoformat()}
        self.events.append(Event("register", moment, 1, "network:vk", data))

    def tell(self, act: str, when: str, **data: Any) -> "Journal":
        """One more entry."""
        self.events.append(Event(act, self._moment(when), len(self.events) + 1, "person:1", data))
        return self

    def reckon(self, now: str = "2027-12-31 23:00") -> Reckoning:
        """Every clock as it stands now."""
        versions = Versions(((datetime.min.replace(tzinfo=UTC), self.calendar),))
        return reckon(self.events, self.norms, versions, self.calendar.zone, now=self._moment(now))

    def clock(self, name: ClockName, cycle: int = 1, turn: int = 1, now: str = "2027-12-31 23:00") -> Clock | None:
        """One clock, or None where it never started."""
        clocks = self.reckon(now).clocks
        return next((c for c in clocks if (c.name, c.cycle, c.turn) == (name, cycle, turn)), None)

    def _moment(self, written: str) -> datetime:
        return at(written, self.calendar.zone)


def took(clock: Clock) -> timedelta:
    """How long a clock that was met ran, by the clock on the wall."""
    assert clock.stopped_at is not None
    return clock.stopped_at - clock.started_at
