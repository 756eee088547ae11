"""How much time is really left: until the last moment at which somebody can still begin and be in time.

What a department usually needs is the median of what it needed lately, from beginning to the text handed in, in its own
working minutes. Where that says too little, it is the department's share of the norm (`rules.budgets`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.rules.acts import Act, Status
from incidents.rules.budgets import Budget
from incidents.rules.norms import INCIDENTS, Kind

#: A median of fewer answers than this says nothing.
FEWEST = 5
#: Nobody has begun yet, so all of the usual time is still needed.
UNBEGUN = frozenset({Status.NEW, Status.ASSIGNED})
#: Until then an appeal is urgent.
SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Told:
    """One journal entry as far as it says who worked when: the appeal's stream, the act, when, and whom it was given to."""

    stream: str
    act: str
    at: datetime
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """One text that was handed in: by which department (None: the press sector without one), from when until when."""

    department_id: int | None
    begun_at: datetime
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Need:
    """What is usually needed, in whole minutes; `cases` 0 where it is the share of the norm and not experience."""

    minutes: int
    cases: int


def worked(entries: Iterable[Told]) -> list[Worked]:
    """Every text handed in that these entries tell of, oldest first: from taking, else from the assignment.

    The entries stand in the order in which they were true. What was begun before them is left out.
    """
    found: list[Worked] = []
    holders: dict[str, int | None] = {}
    begun: dict[str, datetime] = {}
    for entry in entries:
        if entry.act == Act.ASSIGN:
            holders[entry.stream], begun[entry.stream] = entry.department_id, entry.at
        elif entry.act == Act.TAKE:
            begun[entry.stream] = entry.at
        elif entry.act == Act.SUBMIT and entry.stream in begun:
            found.append(Worked(holders.get(entry.stream), begun.pop(entry.stream), entry.at))
        elif entry.act in (Act.RETURN, Act.RESTORE, Act.WITHDRAW):
            # Whoever gave it back handed nothing in.
            holders.pop(entry.stream, None)
            begun.pop(entry.stream, None)
    return found


def usual(seconds: Sequence[float], budget: Budget) -> Need:
    """The median of so many seconds, rounded up to a minute; the share of the budget where they are too few."""
    if len(seconds) < FEWEST:
        return Need(budget.department, 0)
    middle = sorted(seconds)[(len(seconds) - 1) // 2]
    return Need(-int(-middle // 60), len(seconds))


def needs_begin(kind: Kind, status: Status) -> bool:
    """Whether the usual minutes are still ahead. A term of days is not planned by minutes."""
    return kind in INCIDENTS and status in UNBEGUN
