"""The watch over promises: people are reminded as work begins on the day before and on the day, and told once it is broken.

A voice is an alarm that is raised as it is made, so that notices, letters, substitutes and quiet hours are those of every
alarm. After a standstill only the last voice that came speaks, dated when it was due; none speaks twice.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.orm import Session

from incidents.flow import calendars, gate, noticing
from incidents.flow.promises import READER
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.database import town_of
from incidents.records.promises import HAS_VOICE, Promise
from incidents.rules.acts import Act, Status
from incidents.rules.alarms import Level
from incidents.rules.calendar import Calendar
from incidents.rules.norms import ClockName
from incidents.rules.promise_clock import Reminder, Voice, ends_at, last_voice, next_voice

BATCH = 200
#: Who hears of it: whoever works on it beforehand, the head once it is broken.
LEVELS = {Reminder.BEFORE: Level.RESPONDER, Reminder.DAY: Level.RESPONDER, Reminder.BROKEN: Level.HEAD}


def remind(session: Session, *, now: datetime) -> int:
    """Raise at most BATCH voices that have come, in the caller's transaction; how many promises spoke."""
    query = (
        select(Promise)
        .where(_has_voice(), Promise.next_at <= now)
        .order_by(Promise.next_at, Promise.id)
        .limit(BATCH)
        # Two leaders for a moment: the second finds these taken.
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    due = list(session.scalars(query))
    calendar = calendars.at(session, now, town_of(session).zone)
    alarms = [alarm for promise in due if (alarm := _speak(session, promise, calendar, now)) is not None]
    session.flush()
    noticing.spread(session, alarms, now=now)
    return len(due)


def _speak(session: Session, promise: Promise, calendar: Calendar, now: datetime) -> Alarm | None:
    """The voice of one promise, and what comes next; none of what is no incident after all."""
    if promise.next_at is None or promise.next_voice is None:
        return None
    voice = last_voice(promise.due_on, calendar, now) or Voice(Reminder(promise.next_voice), promise.next_at)
    following = next_voice(promise.due_on, calendar, now)
    promise.next_voice, promise.next_at = (following.reminder, following.at) if following else (None, None)
    appeal = session.get_one(Appeal, promise.appeal_number)
    if appeal.status is Status.REJECTED:
        return None
    if voice.reminder is Reminder.BROKEN:
        data = {"promise": promise.id, "promised_on": promise.due_on.isoformat()}
        gate.act(session, appeal, Act.PROMISE_BROKEN, READER, now=now, happened_at=voice.at, data=data)
    alarm = _alarm(appeal, promise, voice, calendar, now)
    session.add(alarm)
    return alarm


def _alarm(appeal: Appeal, promise: Promise, voice: Voice, calendar: Calendar, now: datetime) -> Alarm:
    return Alarm(
        appeal_number=appeal.number,
        cycle=appeal.cycle,
        clock=ClockName.PROMISE,
        # Below zero: the turns of the appeal's own promise clocks are counted upwards.
        turn=-promise.id,
        step=voice.reminder.value,
        level=LEVELS[voice.reminder].value,
        due_at=ends_at(promise.due_on, calendar),
        happens_at=voice.at,
        raised_at=now,
    )


def _has_voice() -> ColumnElement[bool]:
    """The very words of the partial index."""
    return literal_column(f"({HAS_VOICE})")
