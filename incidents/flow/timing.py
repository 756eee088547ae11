"""An appeal's clocks, counted anew from its journal with every act, and kept: `gate` calls this, nothing else writes them.

What is kept follows from `rules.reckoning.reckon` alone, so `flow.recomputing` can prove it at any time. An alarm is
planned with its deadline in its name: a changed deadline plans anew, an unchanged one never alarms twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from incidents.flow import calendars
from incidents.flow.journalling import Draft
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm, ClockRow
from incidents.records.database import insert_missing, town_of
from incidents.records.journal import Entry
from incidents.records.norms import all_norms
from incidents.rules import clock, silence
from incidents.rules.acts import Act, Refused
from incidents.rules.alarms import Moment, Step, moments
from incidents.rules.calendar import Versions
from incidents.rules.clock import Elapsed, Verdict
from incidents.rules.life import PURPOSE_OF, Event
from incidents.rules.norms import STATUTORY, Norm
from incidents.rules.reckoning import Clock, Reckoning, reckon

#: What happens without touching any clock: it is journalled, and counts nothing.
TIMELESS = frozenset(
    {Act.ENDORSE, Act.AGREE, Act.RESEND, Act.JOIN, Act.SOURCE_EDITED, Act.SOURCE_DELETED, Act.SOURCE_RESTORED}
    | {Act.ANSWERED_OUTSIDE, Act.DELIVERY_FAILED, Act.WARN, Act.OVERDUE, Act.ESCALATE, Act.SILENCE, Act.CORRECT}
    | {Act.NOTIFY, Act.FORMALISE, Act.HAND, Act.NOTE, Act.CONTROL, Act.RELEASE, Act.LOCATE, Act.LINK, Act.UNLINK}
    | {Act.INVOLVE, Act.EXCUSE, Act.CONTRIBUTE, Act.ATTACH, Act.DETACH}
    | {Act.PROMISE, Act.PROMISE_KEPT, Act.PROMISE_MOVED, Act.PROMISE_DROPPED, Act.PROMISE_BROKEN}
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What every clock is counted by: read once, good for many appeals of one transaction."""

    norms: Sequence[Norm]
    calendars: Versions


def rules(session: Session) -> Rules:
    """The norms and the town's calendars, all that ever were."""
    return Rules(all_norms(session), calendars.versions(session, town_of(session).zone))


def events_of(session: Session, stream: str) -> list[Event]:
    """The entries of one stream, as the rules read them."""
    columns = (Entry.act, Entry.happened_at, Entry.seq, Entry.by, Entry.data)
    return [Event(*row) for row in session.execute(select(*columns).where(Entry.stream == stream).order_by(Entry.seq))]


def count(session: Session, appeal: Appeal, stream: str, coming: Draft, *, now: datetime) -> tuple[Reckoning, bool]:
    """Count the appeal's clocks with the entry that is about to be written; True if the deadline of the figures changed.

    Writes the appeal's own columns and reads nothing that would flush them: the gate compares versions first.
    Raises Refused `before_reopened` for an answer that was seen before the appeal was reopened.
    """
    with session.no_autoflush:
        told = [] if coming.act == Act.REGISTER else events_of(session, stream)
        told.append(Event(coming.act, coming.happened_at, len(told) + 1, coming.by, coming.data))
        reckoning = reckoned(rules(session), told, session, now=now)
    cycle = reckoning.life.cycles[-1]
    if coming.act in PURPOSE_OF and cycle.number > 1 and coming.happened_at < cycle.begins:
        raise Refused("before_reopened", at=cycle.begins)
    before = (appeal.norm_id, appeal.due_at)
    show(appeal, reckoning)
    return reckoning, (appeal.norm_id, appeal.due_at) != before


def reckoned(by: Rules, events: Iterable[Event], session: Session, *, now: datetime) -> Reckoning:
    """The clocks that these entries make."""
    return reckon(events, by.norms, by.calendars, town_of(session).zone, now=now)


def show(appeal: Appeal, reckoning: Reckoning) -> None:
    """What of the clocks stands on the appeal itself: the headline of the figures, and what presses most."""
    for column, value in headline(reckoning).items():
        setattr(appeal, column, value)


def headline(reckoning: Reckoning) -> dict[str, Any]:
    """The columns of an appeal that follow from its clocks."""
    first, pressing, life = reckoning.headline, reckoning.pressing, reckoning.life
    cycle = life.cycles[0]
    answer = cycle.final if life.kind in STATUTORY else cycle.first
    paused = next((each for each in reckoning.clocks if each.is_paused), None)
    return {
        "norm_id": first.norm.id if first and first.norm else None,
        "clock_started_at": first.started_at if first else None,
        "due_at": first.due_at if first else None,
        "answered_at": answer.at if answer else None,
        "next_clock": pressing.name if pressing else None,
        "next_due_at": pressing.due_at if pressing else None,
        "cycle": len(life.cycles),
        "paused_at": paused.pauses[-1].begins if paused else None,
    }


def keep(
    session: Session,
    appeal: Appeal,
    reckoning: Reckoning,
    steps: Sequence[Step],
    *,
    now: datetime,
    is_replay: bool = False,
) -> list[Draft]:
    """Store the clocks and plan their alarms; the corrections that the journal needs, for the caller to append.

    Imported appeals never raise an alarm. In a replay of old entries (`is_replay`) nobody is to be alarmed now of a
    clock that has ended; what was already planned for it stays.
    """
    _keep_clocks(session, appeal.number, reckoning)
    if appeal.is_imported:
        return []
    known = session.scalars(select(Alarm).where(Alarm.appeal_number == appeal.number)).all()
    _plan(session, appeal.number, known, reckoning, (steps, town_of(session).silence), is_replay)
    return list(_corrections(appeal.number, known, reckoning, now))


def rows(number: int, reckoning: Reckoning) -> list[dict[str, Any]]:
    """The clocks as they are stored."""
    return [_row(number, each) for each in reckoning.clocks]


def elapsed(session: Session, appeal: Appeal, now: datetime) -> Elapsed:
    """How long the first response took, or takes so far, both ways."""
    start = appeal.clock_started_at or appeal.received_at
    calendar = calendars.at(session, start, town_of(session).zone)
    return clock.elapsed(start, appeal.answered_at or now, calendar)


def _row(number: int, of: Clock) -> dict[str, Any]:
    paused = [each for each in of.pauses if each.ends is not None]
    until = of.stopped_at or of.ended_at or max((each.ends for each in paused if each.ends), default=of.started_at)
    return {
        "appeal_number": number,
        "cycle": of.cycle,
        "name": of.name,
        "turn": of.turn,
        "norm_id": of.norm.id if of.norm else None,
        "calendar_version": of.calendar.version,
        "started_at": of.started_at,
        # Of a paused clock it would be another one every minute.
        "due_at": of.due_at if not of.is_paused else of.pauses[-1].begins,
        "stopped_at": of.stopped_at,
        "ended_at": of.ended_at,
        "paused_at": of.pauses[-1].begins if of.is_paused else None,
        "paused_seconds": int(clock.paused_seconds(of.hours, of.calendar, paused, of.started_at, until)),
    }


def _keep_clocks(session: Session, number: int, reckoning: Reckoning) -> None:
    stored = {
        (row.cycle, row.name, row.turn): row
        for row in session.scalars(select(ClockRow).where(ClockRow.appeal_number == number))
    }
    for values in rows(number, reckoning):
        row = stored.pop((values["cycle"], values["name"], values["turn"]), None)
        if row is None:
            session.add(ClockRow(**values))
            continue
        for column, value in values.items():
            setattr(row, column, value)
    for row in stored.values():
        session.delete(row)
    session.flush()


def _plan(
    session: Session,
    number: int,
    known: Sequence[Alarm],
    reckoning: Reckoning,
    steps: tuple[Sequence[Step], Sequence[Step]],
    is_replay: bool,
) -> None:
    """Plan what is still to come and was not planned, and drop what will not come; what was raised stays for ever.

    `steps` are those of every clock, and those of a text that waits for approval.
    """
    alarms = [values for of in reckoning.clocks for values in _alarms(number, of, moments(of, steps[0]))]
    if reckoning.pressing is not None:
        alarms += _alarms(number, reckoning.pressing, silence.moments(reckoning, steps[1]))
    planned = {_identity(values): values for values in alarms}
    ended = {(of.cycle, of.name, of.turn) for of in reckoning.clocks if is_replay and (of.stopped_at or of.ended_at)}
    there = {(row.cycle, row.clock, row.turn, row.step, row.due_at): row for row in known}
    gone = [row.id for key, row in there.items() if key not in planned and row.raised_at is None]
    if gone:
        # Asked once more by the DELETE itself: a sweep may just have raised it, and then it may need a correction.
        dropped = session.scalars(
            delete(Alarm)
            .where(Alarm.id.in_(gone), Alarm.raised_at.is_(None))
            .returning(Alarm.id)
            .execution_options(synchronize_session=False)
        ).all()
        if raised := set(gone) - set(dropped):
            session.scalars(select(Alarm).where(Alarm.id.in_(raised)).execution_options(populate_existing=True)).all()
    new = [values for key, values in planned.items() if key not in there and key[:3] not in ended]
    if new:
        insert_missing(session, Alarm, new)


def _alarms(number: int, of: Clock, coming: Iterable[Moment]) -> Iterable[dict[str, Any]]:
    end = of.stopped_at or of.ended_at
    for moment in coming:
        if end is None or moment.at < end:
            yield {
                "appeal_number": number,
                "cycle": of.cycle,
                "clock": of.name,
                "turn": of.turn,
                "step": moment.step.code,
                "level": moment.step.level.value,
                "due_at": of.due_at,
                "happens_at": moment.at,
            }


def _identity(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in ("cycle", "clock", "turn", "step", "due_at"))


def _corrections(number: int, known: Sequence[Alarm], reckoning: Reckoning, now: datetime) -> Iterable[Draft]:
    """The answer turns out to have been in time, by this deadline or a later one: the alarm stays, a correction follows."""
    in_time = {
        (each.cycle, each.name, each.turn): each.stopped_at
        for each in reckoning.clocks
        if each.stopped_at is not None and each.verdict(now) is Verdict.IN_TIME
    }
    for row in known:
        stopped_at = in_time.get((row.cycle, row.clock, row.turn))
        if stopped_at is None or row.step != "overdue" or row.raised_at is None or row.corrected_at is not None:
            continue
        row.corrected_at = now
        data = {"alarm": Act.OVERDUE, "clock": row.clock, "cycle": row.cycle, "due_at": row.due_at.isoformat()}
        yield Draft(f"appeal:{number}", Act.CORRECT, "machine:clock", stopped_at, data)
