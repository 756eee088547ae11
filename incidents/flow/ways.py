"""By which ways a notice reaches its person, and when: by mail and Telegram after the gathering time, and in quiet hours
not before the person's work begins. On the page it stands at once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incidents.flow import calendars
from incidents.records.database import insert_missing
from incidents.records.notices import Channel, Notice, NoticeWay
from incidents.records.people import Person
from incidents.rules.calendar import NoWorkingTime, add_working
from incidents.settings import Settings

BATCH = 500


def channels(settings: Settings) -> frozenset[Channel]:
    """By which ways this town sends letters at all."""
    found = {Channel.EMAIL} if settings.smtp_host else set()
    return frozenset(found | ({Channel.TELEGRAM} if settings.notice_bot_token else set()))


def of(person: Person, settings: Settings) -> frozenset[Channel]:
    """By which ways a person is reached now."""
    mine = {Channel.EMAIL} if person.email and person.wants_email else set()
    if person.telegram_chat_id is not None and person.wants_telegram:
        mine.add(Channel.TELEGRAM)
    return channels(settings) & mine


def send_off(session: Session, settings: Settings, *, now: datetime) -> int:
    """Put new notices onto their ways, at most a batch, in the caller's transaction; how many."""
    new = select(Notice.id).where(Notice.posted_at.is_(None)).order_by(Notice.id).limit(BATCH)
    # Two leaders for a moment: the second passes over what the first holds. A locking CTE runs once.
    chosen = new.with_for_update(skip_locked=True).cte("chosen")
    claimed = session.execute(
        update(Notice)
        .where(Notice.id.in_(select(chosen.c.id)), Notice.posted_at.is_(None))
        .values(posted_at=now)
        .returning(Notice.id, Notice.person_id)
        .execution_options(synchronize_session=False)
    ).all()
    ids = {person_id for _, person_id in claimed}
    people = session.scalars(select(Person).where(Person.id.in_(ids))) if ids else ()
    reached = {person.id: person for person in people if of(person, settings)}
    ready = {id_: ready_at(session, person, settings, now=now) for id_, person in reached.items()}
    rows = [
        {"notice_id": notice_id, "channel": channel, "ready_at": ready[person_id]}
        for notice_id, person_id in claimed
        if person_id in reached
        for channel in sorted(of(reached[person_id], settings))
    ]
    if rows:
        insert_missing(session, NoticeWay, rows)
    return len(claimed)


def ready_at(session: Session, person: Person, settings: Settings, *, now: datetime) -> datetime:
    """When a letter to this person may be made: after the gathering time; in quiet hours when their work begins."""
    gathered = now + timedelta(seconds=settings.gather_seconds)
    if not settings.quiet_hours or person.at_night:
        return gathered
    calendar = calendars.at(session, now, settings.town_zone, person.department_id)
    try:
        return max(gathered, add_working(calendar, now, 0).astimezone(UTC))
    except NoWorkingTime:
        # A town without working hours has no quiet ones either.
        return gathered
