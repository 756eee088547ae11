"""What every figure means: its name, its definition in words, and the condition of the database, here and nowhere else.

Pages, API and reports count with these conditions, and the lists behind their figures filter with them, so that a list
holds exactly what its figure counted. The yearly table is a cohort by the town's date of `received_at`:

    received = in_time + late + waiting + without_norm

It counts what citizens wrote in the networks (`norms.INCIDENTS`). What is no incident (`rejected`, duplicates among it)
stands apart, and so do formal appeals, requests and messages of portals (`other_kinds`), which are listed by their kind. `answered`, the figure of a period, goes by the date
of the first answer instead. All verdicts are of the first answer of the first cycle, so that no later act moves a year;
what else is late now has measures of its own. The verdicts are those of `rules.clock`; a test holds both to the same grid around the
deadline. Every condition is true or false for every appeal, never unknown, so that its opposite counts the rest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, literal_column, or_

from incidents.records.answers import WENT_ALONE
from incidents.records.appeals import Appeal
from incidents.records.database import UTCDateTime
from incidents.rules.acts import Reject, Status
from incidents.rules.norms import INCIDENTS, ClockName

Condition = ColumnElement[bool]

#: An open appeal due within this time needs an answer now.
SOON = timedelta(minutes=30)
#: A share of fewer answers than this says nothing and is not shown.
FEWEST = 5

#: The very words of the partial index: with bound values neither database would see that the index answers.
#: No type is named: as a Boolean it would be written "(…) = 1" for SQLite, which then walks the whole table.
IS_OPEN: Condition = literal_column("(appeals.status NOT IN ('answered', 'closed', 'rejected'))")
_IS_INCIDENT: Condition = Appeal.status != Status.REJECTED
#: The kinds that the figures of a period count.
IS_COUNTED: Condition = Appeal.kind.in_(sorted(INCIDENTS))
_IS_WAITING: Condition = and_(_IS_INCIDENT, Appeal.answered_at.is_(None), Appeal.due_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: its name in addresses and the API, its definition for people, and what holds for an appeal in it."""

    name: str
    words: str
    condition: Callable[[datetime], Condition]


def _presses(now: datetime) -> Condition:
    """The deadline of a clock that runs has passed."""
    return and_(_IS_INCIDENT, Appeal.next_due_at.is_not(None), Appeal.next_due_at < now)


def N_(words: str) -> str:  # noqa: N802 - the name by which a message is found that is translated where it is shown
    """Mark words for the catalogue."""
    return words


_ALL = (
    Measure(
        "received",
        N_(
            "Written by citizens in the networks and received in the period by the town's date, without what was rejected "
            "as no incident."
        ),
        lambda now: _IS_INCIDENT,
    ),
    Measure(
        "in_time",
        N_("First answer visible before the deadline or exactly on it."),
        lambda now: and_(
            _IS_INCIDENT,
            Appeal.answered_at.is_not(None),
            Appeal.due_at.is_not(None),
            Appeal.answered_at <= Appeal.due_at,
        ),
    ),
    Measure(
        "late",
        N_("First answer visible after the deadline, or none yet and the deadline has passed."),
        lambda now: and_(
            _IS_INCIDENT,
            Appeal.due_at.is_not(None),
            # Bound by its type: a bare value inside coalesce would skip the conversion to UTC.
            func.coalesce(Appeal.answered_at, literal(now, UTCDateTime())) > Appeal.due_at,
        ),
    ),
    Measure(
        "waiting",
        N_("No answer yet, and the deadline has not passed."),
        lambda now: and_(_IS_WAITING, Appeal.due_at >= now),
    ),
    Measure(
        "without_norm",
        N_("No norm was in force, or of the answer's time nothing is known: no verdict."),
        lambda now: and_(_IS_INCIDENT, Appeal.due_at.is_(None)),
    ),
    Measure(
        "rejected",
        N_("No incident: spam, abuse, elsewhere, thanks, duplicate. Not among the received."),
        lambda now: Appeal.status == Status.REJECTED,
    ),
    Measure(
        "duplicates",
        N_("Rejected as another message about the same; part of the rejected."),
        lambda now: and_(
            Appeal.status == Status.REJECTED,
            func.coalesce(Appeal.reject_reason, literal_column("''")) == Reject.DUPLICATE,
        ),
    ),
    Measure(
        "answered",
        N_("First answer became visible in the period, whenever the appeal was received."),
        lambda now: and_(_IS_INCIDENT, Appeal.answered_at.is_not(None)),
    ),
    Measure(
        "other_kinds",
        N_("Received as a formal request, through the hot line, the portal or at a reception. Not among the received."),
        lambda now: and_(_IS_INCIDENT, ~IS_COUNTED),
    ),
    Measure(
        "returned",
        N_("A department said “not ours” at least once."),
        lambda now: and_(_IS_INCIDENT, Appeal.returns > 0),
    ),
    Measure(
        "repeated",
        N_("Written again by the same author after our answer, or reopened."),
        lambda now: and_(_IS_INCIDENT, or_(Appeal.previous_number.is_not(None), Appeal.cycle > 1)),
    ),
    Measure(
        "alone",
        N_("An answer went out by its own writer, without other eyes: alone on duty, or when the approver was silent."),
        lambda now: and_(_IS_INCIDENT, Appeal.number.in_(WENT_ALONE)),
    ),
    Measure("open", N_("Somebody still has to do something."), lambda now: IS_OPEN),
    Measure(
        "overdue_now",
        N_("No answer yet, and the deadline has passed."),
        lambda now: and_(_IS_WAITING, Appeal.due_at < now),
    ),
    Measure(
        "overdue_final_now",
        N_("The final answer is late, or the date that was promised has passed."),
        lambda now: and_(_presses(now), Appeal.next_clock.in_([ClockName.FINAL, ClockName.PROMISE])),
    ),
    Measure(
        "overdue_next_now",
        N_("The citizen wrote again, or the appeal was reopened, and the answer to that is late."),
        lambda now: and_(
            _presses(now),
            or_(
                Appeal.next_clock == ClockName.NEXT,
                and_(Appeal.next_clock == ClockName.FIRST, Appeal.answered_at.is_not(None)),
            ),
        ),
    ),
    Measure("pressing_overdue", N_("A deadline has passed, of whichever answer."), _presses),
    Measure(
        "due_soon",
        N_("No answer yet, and the deadline passes within 30 minutes."),
        lambda now: and_(_IS_WAITING, Appeal.due_at >= now, Appeal.due_at <= now + SOON),
    ),
)
#: Measures that only an open appeal can have: what stands somewhere now is asked of every kind, all else is a figure of
#: a period.
OF_OPEN = frozenset({"open", "overdue_now", "due_soon", "overdue_final_now", "overdue_next_now", "pressing_overdue"})
#: Every definition by its name.
MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _ALL}


# A request has one present, and a page asks for the same verdicts in twenty questions.
@lru_cache(maxsize=64)
def condition(name: str, now: datetime, *, every_kind: bool = False) -> Condition:
    """What holds at `now` (aware) for exactly the appeals that the measure counts. KeyError for a name that is none.

    `every_kind` asks for the same verdict of appeals that the figures leave out, for a list by their kind.
    """
    what = MEASURES[name].condition(now)
    return what if every_kind or name in OF_OPEN or name == "other_kinds" else and_(IS_COUNTED, what)


def tally(what: Condition) -> ColumnElement[int]:
    """How many rows of a group hold the condition."""
    return func.count(case((what, 1)))


def counting(now: datetime, *names: str) -> list[ColumnElement[int]]:
    """The columns that count measures, each under its own name."""
    return [tally(condition(name, now)).label(name) for name in names]


def backlog(at: datetime) -> Condition:
    """Received before a moment and not answered before it: backlog at the end = at the start + received - answered.

    What was brought in as finished without the time of its answer belongs to no backlog.
    """
    return or_(*backlog_parts(at))


def backlog_parts(at: datetime) -> tuple[Condition, Condition]:
    """The backlog in two parts, each with an index of its own: what was answered later, and what is open and unanswered."""
    before = and_(Appeal.received_at < at, IS_COUNTED)
    return (
        and_(before, _IS_INCIDENT, Appeal.answered_at.is_not(None), Appeal.answered_at >= at),
        # Behind a CASE SQLite looks for no other index than that of the open appeals.
        and_(case((before, 1), else_=0) == 1, IS_OPEN, Appeal.answered_at.is_(None)),
    )


def received_within(first: Any, after: Any) -> Condition:
    """Received from `first` on and before `after`: instants, or the places of such in a question that is kept."""
    return and_(Appeal.received_at >= first, Appeal.received_at < after)


def answered_within(first: Any, after: Any) -> Condition:
    """First answered from `first` on and before `after`, likewise."""
    return and_(Appeal.answered_at >= first, Appeal.answered_at < after)


def nearest_rank(count: int, percent: int) -> int:
    """Which of `count` sorted values is the percentile, counted from 1: the smallest that `percent` of them do not exceed."""
    return max(1, -(-count * percent // 100))


def rate(in_time: int, cases: int) -> float | None:
    """What came in time of so many answers with a deadline, in percent; None where they are too few for a share."""
    return in_time * 100 / cases if cases >= FEWEST else None


def shown(rate: float, digits: int = 1) -> float:
    """A share as it is told: rounded, but never up to 100, which is said only where nothing was late."""
    rounded = round(rate, digits)
    return rounded if rounded < 100 or rate >= 100 else 100 - 10.0**-digits
