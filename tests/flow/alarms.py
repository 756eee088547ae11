"""Alarms for the tests of notices: raised by hand, so that each test says which, and spread by the real door."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incidents.flow import absences, accounts, gathering, noticing, routing, ways
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.notices import Absence, Letter, Notice
from incidents.records.people import Department, Person
from incidents.rules.acts import Role
from incidents.rules.alarms import Level
from incidents.rules.norms import ClockName
from incidents.settings import Settings
from tests.cast import FOUNDER, NOW, PASSWORD, TERM, Cast
from tests.flow.deliveries import register

SECRET = "Тайные слова гражданина"
TODAY = date(2026, 10, 28)
AUTHOR = "Мария Тайная"
PLACE = "улица Секретная"


def secret(session: Session, settings: Settings, at: datetime = NOW) -> Appeal:
    """An appeal full of words that nobody outside the program may read."""
    return register(session, settings, SECRET, author_name=AUTHOR, author_id="9", address=PLACE, received_at=at)


def raised(session: Session, appeal: Appeal, level: Level = Level.RESPONDER, *, late: bool = False) -> Alarm:
    """One alarm of the appeal's first clock, committed: 15 minutes before the deadline, or 15 after it."""
    due_at = appeal.due_at or NOW + TERM
    at = due_at + timedelta(minutes=15 if late else -15)
    alarm = Alarm(
        appeal_number=appeal.number,
        cycle=1,
        clock=ClockName.FIRST,
        turn=1,
        step=f"test:{level}:{'late' if late else 'warn'}",
        level=level.value,
        due_at=due_at,
        happens_at=at,
        raised_at=at,
    )
    session.add(alarm)
    session.commit()
    return alarm


def spread(session: Session, *alarms: Alarm, at: datetime = NOW) -> None:
    """Tell people, committed."""
    noticing.spread(session, alarms, now=at)
    session.commit()


def told(session: Session, alarm: Alarm) -> dict[str, Notice]:
    """Who was told of an alarm: login -> notice."""
    query = select(Person.login, Notice).join(Notice, Notice.person_id == Person.id)
    rows = session.execute(query.where(Notice.alarm_id == alarm.id).execution_options(populate_existing=True)).all()
    # Whoever comes next must not wait for what only looked.
    session.commit()
    return dict(rows)


def gather(session: Session, settings: Settings, at: datetime) -> int:
    """What the worker does every two seconds, committed; how many letters were made. They may go at once."""
    made = gathering.gather(session, settings, now=at)
    session.commit()
    due(session)
    return made


def send_off(session: Session, settings: Settings, *alarms: Alarm, at: datetime = NOW) -> None:
    """Tell people and put the notices onto their ways, committed."""
    spread(session, *alarms, at=at)
    ways.send_off(session, settings, now=at)
    session.commit()


def letters(session: Session) -> list[Letter]:
    """Every letter, as it stands now."""
    found = list(session.scalars(select(Letter).order_by(Letter.id).execution_options(populate_existing=True)))
    # Whoever comes next must not wait for what only looked.
    session.commit()
    return found


def due(session: Session) -> None:
    """Whatever waits was put into the outbox just now and may go: the worker's own clock is the real one."""
    now = datetime.now(NOW.tzinfo) - timedelta(seconds=1)
    session.execute(update(Letter).where(Letter.next_at.is_not(None)).values(next_at=now, queued_at=now))
    session.commit()


def away(session: Session, person: Person, substitute: Person | None = None, *, on: datetime = NOW) -> Absence:
    """Away on a day of the town, that of the tests, committed."""
    day = absences.today_in(session, on)
    absence = absences.enter(session, person, person.actor, now=on, from_on=day, to_on=day, substitute=substitute)
    session.commit()
    return absence


def with_housing(session: Session, cast: Cast, settings: Settings) -> Appeal:
    """An appeal that lies with housing, committed."""
    appeal = register(session, settings)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    session.commit()
    return appeal


def add(session: Session, login: str, role: Role, department: Department | None = None) -> Person:
    """One more person, committed."""
    person, _ = accounts.add_person(session, login, role, FOUNDER, now=NOW, department=department, password=PASSWORD)
    session.commit()
    return person
