"""The shares of the stages: entered with their date, never edited in place, and what a department has left of its own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate, remembering
from incidents.flow.journalling import Draft, append
from incidents.records.budgets import StageBudget
from incidents.records.database import town_of
from incidents.records.norms import all_norms
from incidents.records.revisions import kept
from incidents.rules import budgets
from incidents.rules.acts import Actor, Refused
from incidents.rules.budgets import Budget
from incidents.rules.clock import advance
from incidents.rules.norms import Case, ClockName, Kind, Unit, in_force
from incidents.rules.passport import shared_out
from incidents.rules.reckoning import Clock, Reckoning
from incidents.rules.stages import Stage, room

STREAM = "norms"


@dataclass(frozen=True, slots=True)
class Own:
    """What a department has left of its own share of an appeal, as the norm counts; `ends_at` is when it is used up."""

    left_seconds: int
    planned_seconds: int
    #: None while it is not with the department: then nothing of its share runs.
    ends_at: datetime | None


def term_on(session: Session, topic_id: int | None, day: datetime) -> int | None:
    """The minutes of the first answer's norm that are shared out; None where no norm in minutes is in force."""
    zone = town_of(session).zone
    norms = [norm for norm in all_norms(session) if norm.network is None]
    norm = in_force(norms, Case(Kind.SOCIAL, "", topic_id), ClockName.FIRST, day, zone)
    return norm.term if norm is not None and norm.unit is Unit.MINUTES else None


def enter(session: Session, budget: Budget, by: Actor, *, now: datetime, today: date, note: str = "") -> StageBudget:
    """Enter the shares from their date on; dated today, from this moment. Plans already given stay as they are.

    `budget.term` is what `term_on` says. Raises Refused: `budget_in_past`, `budget_no_norm`, `budget_over_norm`,
    `budget_negative`, `budget_owner` (a topic and a department at once).
    """
    if budget.term <= 0:
        raise Refused("budget_no_norm")
    if budget.topic_id is not None and budget.department_id is not None:
        raise Refused("budget_owner")
    if min(budget.triage, budget.department, budget.approval, budget.publishing) < 0:
        raise Refused("budget_negative")
    if budget.reserve < 0:
        raise Refused("budget_over_norm", minutes=budget.term, over=-budget.reserve)
    if budget.valid_from < today:
        raise Refused("budget_in_past")
    if budget.valid_from == today:
        budget = replace(budget, effective_at=now)
    row = StageBudget(
        topic_id=budget.topic_id,
        department_id=budget.department_id,
        term=budget.term,
        triage=budget.triage,
        department=budget.department,
        approval=budget.approval,
        publishing=budget.publishing,
        valid_from=budget.valid_from,
        effective_at=budget.effective_at,
        note=note[:200],
        created_at=now,
    )
    session.add(row)
    session.flush()
    shares = [row.triage, row.department, row.approval, row.publishing]
    data = {
        "budget": row.id,
        "topic": row.topic_id,
        "department": row.department_id,
        "term": row.term,
        "shares": shares,
        "valid_from": str(row.valid_from),
    }
    append(session, Draft(STREAM, "share_out", by.name, now, data), now=now)
    return row


@kept("stage_budgets")
def all_budgets(session: Session) -> Collection[Budget]:
    """Every budget there ever was, as the rules read them."""
    return tuple(row.rule for row in session.scalars(select(StageBudget)))


def in_force_for(known: Collection[Budget], of: Clock, reckoning: Reckoning, session: Session) -> Budget:
    """The budget that a clock is compared with: by the appeal's topic, and the department that had it last."""
    department_id = reckoning.life.cycles[of.cycle - 1].held[-1].department_id
    return budgets.in_force(
        known, reckoning.life.cycles[of.cycle - 1].topic_id, department_id, of.started_at, town_of(session).zone
    )


def own(
    session: Session, numbers: Collection[int], departments: Collection[int], *, now: datetime
) -> Mapping[int, Own]:
    """What is left of a department's share of each of these appeals that one of these departments works on, in two
    questions at most.

    An appeal whose clock does not run, or that is with somebody else, has none.
    """
    streams = {gate.stream(number): number for number in numbers}
    if not streams:
        return {}
    known, found = all_budgets(session), {}
    for stream, reckoning in remembering.clocks(session, list(streams), now=now).items():
        share = _own(session, reckoning, known, departments, now)
        if share is not None:
            found[streams[stream]] = share
    return found


def _own(
    session: Session, reckoning: Reckoning, known: Collection[Budget], departments: Collection[int], now: datetime
) -> Own | None:
    of = reckoning.pressing
    if of is None or of.norm is None or of.started_at > now:
        return None
    stage, department_id = room(reckoning.life.cycles[of.cycle - 1].held[-1])
    if stage is not Stage.DEPARTMENT or department_id is None or department_id not in departments:
        return None
    term_seconds, stages = shared_out(of, reckoning.life, now=now)
    budget = in_force_for(known, of, reckoning, session)
    left = budgets.left(budget, stages, department_id, term_seconds)
    planned = budget.seconds(Stage.DEPARTMENT, term_seconds)
    return Own(left, planned, advance(of.hours, of.calendar, now, left) if left > 0 else None)
