"""The passport of one clock, with everything a person needs to defend it: counted anew from the journal when asked for.

It reads only. What is stored is compared with what was counted, and a difference is told, never hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import budgeting, calendars, recomputing, timing
from incidents.flow.calendars import Entered
from incidents.flow.recomputing import Difference
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.parts import Part
from incidents.rules import budgets
from incidents.rules.budgets import Budget, Share
from incidents.rules.candidates import Candidate, candidates
from incidents.rules.life import Event
from incidents.rules.norms import Case, ClockName
from incidents.rules.otherwise import Alternative, alternatives
from incidents.rules.passport import Passport, explain
from incidents.rules.reckoning import Clock, Reckoning

_PARTS = (
    select(Part)
    .where(Part.appeal_number == bindparam("number"))
    .options(joinedload(Part.department), joinedload(Part.asker), joinedload(Part.giver))
    .order_by(Part.id)
)


@dataclass(frozen=True, slots=True)
class Explained:
    """One clock of an appeal, explained; `clocks` are all that it has."""

    passport: Passport
    clocks: Sequence[Clock]
    candidates: Sequence[Candidate]
    alternatives: Sequence[Alternative]
    budget: Budget
    shares: Sequence[Share]
    reserve_seconds: int
    #: The version it was counted by; None where none was entered.
    calendar: Entered | None
    differences: Sequence[Difference]
    #: What departments were asked for and gave; no clock minds it.
    parts: Sequence[Part]


def passport(
    session: Session,
    appeal: Appeal,
    events: Sequence[Event],
    name: ClockName | None = None,
    cycle: int | None = None,
    turn: int | None = None,
    *,
    now: datetime,
) -> Explained | None:
    """One clock of an appeal with these entries, by default the headline of the figures; None where there is none such."""
    by = timing.rules(session)
    reckoning = timing.reckoned(by, events, session, now=now)
    of = _find(reckoning, name, cycle, turn)
    if of is None:
        return None
    made = explain(of, reckoning.life, events, now=now)
    budget = budgeting.in_force_for(budgeting.all_budgets(session), of, reckoning, session)
    life, zone = reckoning.life, town_of(session).zone
    case = Case(life.kind, life.network, life.cycles[of.cycle - 1].topic_id)
    return Explained(
        passport=made,
        clocks=reckoning.clocks,
        candidates=candidates(by.norms, case, of.name, of.norm, of.started_at, zone) if of.norm else (),
        alternatives=alternatives(of, life.cycles[of.cycle - 1], now=now),
        budget=budget,
        shares=budgets.shares(budget, made.stages, made.term_seconds),
        reserve_seconds=budgets.reserve_seconds(budget, made.term_seconds),
        calendar=calendars.entered(session).get(of.calendar.version),
        differences=recomputing.differing(session, appeal, reckoning),
        parts=_parts(session, appeal),
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """Where the time of the pressing clock went, or of the headline once nothing presses."""

    shares: Sequence[Share]
    term_seconds: int
    counted_seconds: int
    is_over: bool


def spent(session: Session, events: Sequence[Event], *, now: datetime) -> Spent | None:
    """The stages of one clock in minutes, for the line on a card; None where there is no clock."""
    reckoning = timing.reckoned(timing.rules(session), events, session, now=now)
    of = reckoning.pressing or reckoning.headline
    if of is None:
        return None
    made = explain(of, reckoning.life, (), now=now)
    budget = budgeting.in_force_for(budgeting.all_budgets(session), of, reckoning, session)
    shares = budgets.shares(budget, made.stages, made.term_seconds)
    return Spent(shares, made.term_seconds, made.counted_seconds, made.is_over)


def _parts(session: Session, appeal: Appeal) -> Sequence[Part]:
    """Every part in the order of asking, the excused ones too, with their departments and people."""
    return list(session.scalars(_PARTS, {"number": appeal.number}))


def _find(reckoning: Reckoning, name: ClockName | None, cycle: int | None, turn: int | None) -> Clock | None:
    if name is None and cycle is None and turn is None:
        return reckoning.headline or next(iter(reckoning.clocks), None)
    wanted = (name or ClockName.FIRST, cycle or 1, turn or 1)
    return next((each for each in reckoning.clocks if (each.name, each.cycle, each.turn) == wanted), None)
