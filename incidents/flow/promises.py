"""The promise ledger: what a published answer promised is noted, and kept, moved or dropped by a person.

One row is one day that the citizen was told (`records.promises`). A deferral's date is in it too; its clock and alarms are
those of the appeal (`timing`), so the ledger is silent about it. A last word keeps a deferral, a later deferral moves it;
of every other promise only a person knows whether it was kept.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import calendars, gate
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.people import Person
from incidents.records.promises import Promise
from incidents.rules import promises as reading
from incidents.rules.acts import Act, Actor, Purpose, Refused
from incidents.rules.calendar import Calendar
from incidents.rules.promise_clock import PromiseState, is_working_day, next_voice

#: The program's own hand where it reads our answers.
READER = Actor("machine:promises")


def found_in(session: Session, text: str, *, now: datetime) -> list[reading.Found]:
    """The days that a text promises when it is said now."""
    calendar = _calendar(session, now)
    return reading.find(text, _today(session, now), lambda day: is_working_day(calendar, day))


def note(session: Session, appeal: Appeal, answer: Answer, *, at: datetime, now: datetime) -> list[Promise]:
    """An answer became visible at `at`: note what it promises, and what it does to the appeal's earlier promises.

    Days that a person dismissed before (`Answer.followed`) are left out. Confirmed twice, it is noted once.
    """
    known = set(session.scalars(select(Promise.due_on).where(Promise.answer_id == answer.id)))
    # "Tomorrow" is meant from when the text was approved; what was recorded by hand, from when it stood there.
    said_at = answer.approved_at or at
    days: dict[date, Promise] = {}
    for found in found_in(session, answer.text, now=said_at):
        followed = answer.followed.get(found.due_on.isoformat())
        if not found.is_past and followed is not False:
            days[found.due_on] = _row(appeal, answer, at, found, is_machine=followed is None)
    if answer.promised_on is not None:
        days[answer.promised_on] = _decision(appeal, answer, at, days.get(answer.promised_on))
    noted = [row for day, row in sorted(days.items()) if day not in known]
    session.add_all(noted)
    session.flush()
    for row in noted:
        _plan(row, _calendar(session, now), at)
        data = {
            "promise": row.id,
            "answer": answer.id,
            "promised_on": row.due_on.isoformat(),
            "machine": row.is_machine,
        }
        gate.act(session, appeal, Act.PROMISE, READER, now=now, happened_at=at, data=data)
    _settle_decisions(session, appeal, answer, noted, at, now)
    return noted


def mark(answer: Answer, followed: Mapping[date, bool]) -> None:
    """Before it is published a person says which of the found days are to be followed."""
    if followed:
        answer.followed = {day.isoformat(): is_followed for day, is_followed in sorted(followed.items())}


def keep(
    session: Session, appeal: Appeal, promise: Promise, person: Person, *, now: datetime, answer: Answer | None = None
) -> None:
    """It was done: by today, or on the day of the answer that says so. Raises Refused: `promise_settled`,
    `no_such_answer` (one of another appeal, or that nobody could see), and what the gate refuses."""
    _check_open(promise)
    if answer is not None and not _says_so(answer, promise):
        raise Refused("no_such_answer")
    at = answer.published_at if answer is not None and answer.published_at is not None else now
    _keep(session, appeal, promise, person.actor, at=at, now=now, answer=answer)
    promise.closed_by = person.id


def move(
    session: Session, appeal: Appeal, promise: Promise, person: Person, *, now: datetime, to: Promise | None
) -> None:
    """Another day stands in its place: a promise that the citizen was given later. Raises Refused: `promise_settled`,
    `no_later_promise` (the citizen must be told the new day first), and what the gate refuses."""
    _check_open(promise)
    if to is None or to not in later_ones(session, promise):
        raise Refused("no_later_promise")
    _move(session, appeal, promise, to, person.actor, now)
    promise.closed_by = person.id


def drop(session: Session, appeal: Appeal, promise: Promise, person: Person, *, now: datetime, reason: str) -> None:
    """No promise after all, or one that cannot be kept, with the reason. Raises Refused: `promise_settled`,
    `decision_stands` (a deferral is answered or deferred again, never dropped), and what the gate refuses."""
    _check_open(promise)
    if promise.is_decision:
        raise Refused("decision_stands")
    data = {"promise": promise.id, "promised_on": promise.due_on.isoformat()}
    gate.act(session, appeal, Act.PROMISE_DROPPED, person.actor, now=now, reason=reason, data=data)
    _close(session, promise, PromiseState.DROPPED, now)
    promise.closed_by = person.id


def of_appeal(session: Session, number: int) -> Sequence[Promise]:
    """Every promise that was made in one appeal, the earliest day first."""
    query = select(Promise).where(Promise.appeal_number == number).order_by(Promise.due_on, Promise.id)
    return list(session.scalars(query))


def later_ones(session: Session, promise: Promise) -> Sequence[Promise]:
    """What the citizen was promised afterwards in the same appeal, for a later day."""
    query = select(Promise).where(
        Promise.appeal_number == promise.appeal_number,
        Promise.made_at > promise.made_at,
        Promise.due_on > promise.due_on,
    )
    return list(session.scalars(query.order_by(Promise.due_on)))


def _settle_decisions(
    session: Session, appeal: Appeal, answer: Answer, noted: Sequence[Promise], at: datetime, now: datetime
) -> None:
    """A last word keeps a deferral, the date of a later deferral takes its place: as the clock counts it."""
    query = select(Promise).where(
        Promise.appeal_number == appeal.number,
        Promise.is_decision,
        Promise.state == PromiseState.OPEN,
        Promise.answer_id != answer.id,
        Promise.made_at <= at,
    )
    to = next((row for row in noted if row.is_decision), None)
    for promise in session.scalars(query).all():
        if answer.purpose is Purpose.FINAL:
            _keep(session, appeal, promise, READER, at=at, now=now, answer=answer)
        elif to is not None:
            _move(session, appeal, promise, to, READER, now)


def _keep(
    session: Session, appeal: Appeal, promise: Promise, by: Actor, *, at: datetime, now: datetime, answer: Answer | None
) -> None:
    data = {"promise": promise.id, "promised_on": promise.due_on.isoformat(), "answer": answer.id if answer else None}
    gate.act(session, appeal, Act.PROMISE_KEPT, by, now=now, happened_at=at, data=data)
    promise.kept_on, promise.kept_answer_id = _today(session, at), answer.id if answer else None
    _close(session, promise, PromiseState.KEPT, now)


def _move(session: Session, appeal: Appeal, promise: Promise, to: Promise, by: Actor, now: datetime) -> None:
    data = {
        "promise": promise.id,
        "from": promise.due_on.isoformat(),
        "promised_on": to.due_on.isoformat(),
        "to": to.id,
    }
    gate.act(session, appeal, Act.PROMISE_MOVED, by, now=now, data=data)
    promise.moved_to_id = to.id
    _close(session, promise, PromiseState.MOVED, now)


def _close(session: Session, promise: Promise, state: PromiseState, now: datetime) -> None:
    promise.state, promise.closed_at, promise.next_voice, promise.next_at = state, now, None, None
    session.flush()


def _check_open(promise: Promise) -> None:
    if promise.state is not PromiseState.OPEN:
        raise Refused("promise_settled")


def _says_so(answer: Answer, promise: Promise) -> bool:
    is_seen = answer.state is AnswerState.PUBLISHED and answer.published_at is not None
    is_later = is_seen and answer.published_at is not None and answer.published_at >= promise.made_at
    return is_later and answer.appeal_number == promise.appeal_number and answer.id != promise.answer_id


def _row(appeal: Appeal, answer: Answer, at: datetime, found: reading.Found, *, is_machine: bool) -> Promise:
    return Promise(
        appeal_number=appeal.number,
        answer_id=answer.id,
        department_id=appeal.department_id,
        is_machine=is_machine,
        made_at=at,
        due_on=found.due_on,
        span_start=found.start,
        span_end=found.end,
        state=PromiseState.OPEN,
    )


def _decision(appeal: Appeal, answer: Answer, at: datetime, named: Promise | None) -> Promise:
    row = named or Promise(
        appeal_number=appeal.number,
        answer_id=answer.id,
        department_id=appeal.department_id,
        made_at=at,
        due_on=answer.promised_on,
        state=PromiseState.OPEN,
    )
    row.is_decision, row.is_machine = True, False
    return row


def _plan(promise: Promise, calendar: Calendar, after: datetime) -> None:
    voice = None if promise.is_decision else next_voice(promise.due_on, calendar, after)
    promise.next_voice, promise.next_at = (voice.reminder, voice.at) if voice else (None, None)


def _calendar(session: Session, at: datetime) -> Calendar:
    return calendars.at(session, at, town_of(session).zone)


def _today(session: Session, at: datetime) -> date:
    return at.astimezone(town_of(session).zone).date()
