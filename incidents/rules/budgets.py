"""How a norm's minutes are shared out among the stages, and what each of them really took.

A budget is effective-dated like a norm: the one in force when a clock started is the one it is compared with for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from incidents.rules.stages import Stage, Stretch, whole

#: The stages that have a share, in the order in which an appeal passes them; nobody plans how long an author is silent.
SHARED = (Stage.TRIAGE, Stage.DEPARTMENT, Stage.APPROVAL, Stage.PUBLISHING)


@dataclass(frozen=True, slots=True)
class Budget:
    """Minutes of a norm's term by stage; what they leave of it is the reserve. For one topic, one department, or all."""

    id: int
    #: The minutes of the norm that is shared out; under another term the shares are scaled.
    term: int
    triage: int
    department: int
    approval: int
    publishing: int
    valid_from: date
    topic_id: int | None = None
    department_id: int | None = None
    #: Entered on its own first day, it counts from this moment.
    effective_at: datetime | None = None

    @property
    def reserve(self) -> int:
        """What of the term no stage has."""
        return self.term - self.triage - self.department - self.approval - self.publishing

    def minutes(self, stage: Stage) -> int:
        """The share of a stage; none for waiting for the author."""
        shares = (self.triage, self.department, self.approval, self.publishing)
        return dict(zip(SHARED, shares, strict=True)).get(stage, 0)

    def seconds(self, stage: Stage, term_seconds: int) -> int:
        """The share of a stage of another term, rounded down: what rounding leaves falls to the reserve."""
        return self.minutes(stage) * term_seconds // self.term


#: What a town shares out before it enters a budget of its own.
DEFAULT = Budget(0, 120, 10, 70, 20, 10, date.min)


@dataclass(frozen=True, slots=True)
class Share:
    """One stage with one owner: planned (None: it had no share of its own) and really charged, in seconds."""

    stage: Stage
    department_id: int | None
    planned_seconds: int | None
    charged_seconds: int

    @property
    def over_seconds(self) -> int:
        """How much more than planned; 0 within the plan."""
        return max(0, self.charged_seconds - self.planned_seconds) if self.planned_seconds is not None else 0


def in_force(
    budgets: Iterable[Budget], topic_id: int | None, department_id: int | None, at: datetime, zone: ZoneInfo
) -> Budget:
    """The budget of a clock that started at this moment: the topic's before the department's before the town's."""
    day = at.astimezone(zone).date()
    fitting = [
        each
        for each in budgets
        if each.topic_id in (None, topic_id)
        and each.department_id in (None, department_id)
        and _has_begun(each, at, day)
    ]
    return max(fitting, key=_precedence, default=DEFAULT)


def shares(budget: Budget, parts: Sequence[Stretch], term_seconds: int) -> list[Share]:
    """Plan and fact by stage and owner, in the order of the stages; they sum to all that was charged.

    The department's share is the one's that had it last: whoever returned it has no share, and is charged all the same.
    """
    charged: dict[tuple[Stage, int | None], int] = {}
    for part, seconds in whole(parts):
        key = (part.stage, part.department_id)
        charged[key] = charged.get(key, 0) + seconds
    found: list[Share] = []
    for stage in Stage:
        owners = [owner for known, owner in charged if known is stage]
        planned = budget.seconds(stage, term_seconds) if stage in SHARED else None
        if not owners and planned is not None:
            found.append(Share(stage, None, planned, 0))
        last = _last_owner(parts, stage)
        found += [Share(stage, owner, planned if owner == last else None, charged[stage, owner]) for owner in owners]
    return found


def left(budget: Budget, parts: Sequence[Stretch], department_id: int, term_seconds: int) -> int:
    """What a department has left of its own share, in seconds; less than nothing once that is used up."""
    used = sum(
        seconds
        for part, seconds in whole(parts)
        if part.stage is Stage.DEPARTMENT and part.department_id == department_id
    )
    return budget.seconds(Stage.DEPARTMENT, term_seconds) - used


def reserve_seconds(budget: Budget, term_seconds: int) -> int:
    """What of a term no stage has."""
    return term_seconds - sum(budget.seconds(stage, term_seconds) for stage in SHARED)


def _last_owner(parts: Sequence[Stretch], stage: Stage) -> int | None:
    return next((part.department_id for part in reversed(parts) if part.stage is stage), None)


def _has_begun(budget: Budget, at: datetime, day: date) -> bool:
    if budget.valid_from != day:
        return budget.valid_from < day
    return budget.effective_at is None or budget.effective_at <= at


def _precedence(budget: Budget) -> tuple[bool, bool, date, int]:
    return budget.topic_id is not None, budget.department_id is not None, budget.valid_from, budget.id
