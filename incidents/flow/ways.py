"""By which ways a notice reaches its person, and when: by mail and Telegram after the gathering time, and in quiet hours
not before the person's work begins. On the page it stands at once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
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
    query = (
        select(Notice)
        .where(Notice.posted_at.is_(None))
        .order_by(Notice.id)
        .limit(BATCH)
        # Two leaders for a moment: the second passes over what the first holds.
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    fresh = list(session.scalars(query))
    people = {person.id: person for person in session.scalars(_people(fresh))} if fresh else {}
    ready = {person.id: ready_at(session, person, settings, now=now) for person in people.values()}
    rows = []
    for notice in fresh:
        notice.posted_at = now
        rows += [
            {"notice_id": notice.id, "channel": channel, "ready_at": ready[notice.person_id]}
            for channel in sorted(of(people[notice.person_id], settings))
        ]
    if rows:
        insert_missing(session, NoticeWay, rows)
    session.flush()
    return len(fresh)


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


def _people(notices: list[Notice]):  # type: ignore[no-untyped-def]  # a Select of people
    return select(Person).where(Person.id.in_({notice.person_id for notice in notices}))
