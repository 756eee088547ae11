"""The yearly table: what was received each year and how it was answered, by the definitions of `measures`.

Years from before the program are bare numbers that were brought in (`YearTotal`): of them nothing else is known, and what
is not known is None, never nought. No appeal is read; one statement counts all months, by ranges of `received_at` that
an index answers, so that the page keeps the pace of a bare GROUP BY.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.figures import YearTotal
from incidents.records.norms import NormRow
from incidents.rules.norms import ClockName, Hours, Kind, Unit
from incidents.statistics import edges, measures, months
from incidents.statistics.one_year import OneYear, Part
from incidents.statistics.one_year import read as year

__all__ = ["OneYear", "Part", "Table", "Term", "Year", "growth", "table", "terms", "year"]

_PARTS = ("received", "in_time", "late", "waiting")


@dataclass(frozen=True, slots=True)
class Year:
    """One line of the table. Without counted appeals everything but `received` is None and `months` is empty."""

    year: int
    #: The counted and the brought in together.
    received: int
    in_time: int | None
    late: int | None
    waiting: int | None
    #: To the year before, in percent, one digit; None over a gap and for an unfinished year.
    growth_percent: float | None
    #: How many of the received were brought in as a number, None where none were.
    imported: int | None
    without_norm: int | None
    #: An unfinished year to the same days of the year before, in percent, one digit.
    same_days_percent: float | None
    is_unfinished: bool
    note: str
    #: Counted in each month, January first.
    months: tuple[int, ...]

    @property
    def counted(self) -> int:
        """How many stand behind it as appeals that a list can show."""
        return self.received - (self.imported or 0)

    @property
    def answered_or_due(self) -> int:
        """Of how many there is a verdict: the cases of the share in time."""
        return (self.in_time or 0) + (self.late or 0)

    @property
    def rate(self) -> float | None:
        """In time of those with a verdict, in percent; None where there is none."""
        return (self.in_time or 0) * 100 / self.answered_or_due if self.answered_or_due else None


@dataclass(frozen=True, slots=True)
class Table:
    """All years that hold anything, oldest first, and their sum."""

    years: tuple[Year, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Term:
    """A norm of the first response that holds for all social appeals, and since when."""

    valid_from: date
    minutes: int
    hours: Hours


def table(session: Session, zone: ZoneInfo, now: datetime) -> Table:
    """The yearly table as it stands at `now` (aware), by the years of `zone`."""
    totals = {row.year: row for row in session.scalars(select(YearTotal))}
    counted = _count_months(session, zone, now)
    years: list[Year] = []
    for number in sorted(totals.keys() | counted.keys()):
        before = years[-1] if years and years[-1].year == number - 1 else None
        years.append(_line(number, totals.get(number), counted.get(number), before, now.astimezone(zone).year))
    if years and years[-1].is_unfinished and len(years) > 1:
        years[-1] = _compare_same_days(session, years[-1], years[-2], zone, now)
    return Table(tuple(years), sum(each.received for each in years))


def terms(session: Session) -> tuple[Term, ...]:
    """The norms that hold for every social appeal, in the order in which they came into force."""
    query = select(NormRow.valid_from, NormRow.term, NormRow.hours).where(
        NormRow.kind == Kind.SOCIAL,
        NormRow.clock == ClockName.FIRST,
        NormRow.unit == Unit.MINUTES,
        NormRow.network.is_(None),
        NormRow.importance.is_(None),
        NormRow.topic_id.is_(None),
    )
    return tuple(Term(*row) for row in session.execute(query.order_by(NormRow.valid_from)))


def growth(received: int, before: int) -> float | None:
    """By how many percent more than before, one digit; None after nothing."""
    return round((received - before) * 100 / before, 1) if before else None


def _line(
    number: int, total: YearTotal | None, counted: list[dict[str, int]] | None, before: Year | None, this_year: int
) -> Year:
    sums: dict[str, int | None] = dict.fromkeys((*_PARTS, "without_norm"))
    if counted:
        sums = {name: sum(month[name] for month in counted) for name in _PARTS}
        # What is left of the received, by their definition; one count less of every row.
        sums["without_norm"] = sum(2 * month["received"] - sum(month.values()) for month in counted)
    received = (sums["received"] or 0) + (total.received if total else 0)
    is_unfinished = number >= this_year
    return Year(
        year=number,
        received=received,
        in_time=sums["in_time"],
        late=sums["late"],
        waiting=sums["waiting"],
        growth_percent=growth(received, before.received) if before and not is_unfinished else None,
        imported=total.received if total else None,
        without_norm=sums["without_norm"],
        same_days_percent=None,
        is_unfinished=is_unfinished,
        note=total.note if total else "",
        months=tuple(month["received"] for month in counted or ()),
    )


def _compare_same_days(session: Session, this: Year, before: Year, zone: ZoneInfo, now: datetime) -> Year:
    """An unfinished year beside the same stretch of the year before; a bare number has no days to compare."""
    if this.imported or before.imported or before.year != this.year - 1 or this.year != now.astimezone(zone).year:
        return this
    until = _a_year_before(now.astimezone(zone))
    begun, _ = edges.of_month(until.year, until.month, zone)
    query = select(func.count()).where(measures.received_within(begun, until), measures.condition("received", now))
    same = sum(before.months[: until.month - 1]) + session.execute(query).scalar_one()
    percent = growth(this.received, same)
    return Year(**{name: getattr(this, name) for name in Year.__slots__} | {"same_days_percent": percent})


def _a_year_before(moment: datetime) -> datetime:
    if (moment.month, moment.day) == (2, 29):
        return datetime(moment.year - 1, 3, 1, tzinfo=moment.tzinfo)
    return moment.replace(year=moment.year - 1)


def _count_months(session: Session, zone: ZoneInfo, now: datetime) -> dict[int, list[dict[str, int]]]:
    """The parts of every month, by year; only years in which something was received."""
    # Apart, since SQLite finds only a lone minimum or maximum at the end of its index.
    ends = (select(end(Appeal.received_at)).scalar_subquery() for end in (func.min, func.max))
    span = session.execute(select(*ends)).one()
    if not all(span):
        return {}
    first, last = (moment.astimezone(zone).year for moment in span)
    counted = months.count(session, range(first, last + 1), zone, now, _PARTS)
    return {number: each for number, each in counted.items() if any(month["received"] for month in each)}
