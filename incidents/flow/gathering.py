"""Several notices for one person become one letter: what waits is gathered, what nobody needs any more is left out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import ways
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm, ClockRow
from incidents.records.notices import Channel, Letter, LetterState, Notice, NoticeWay
from incidents.records.parts import involved_in
from incidents.records.people import Person
from incidents.records.promises import Promise
from incidents.rules import promise_clock, silence
from incidents.rules.acts import Status
from incidents.rules.lifecycle import sees
from incidents.rules.promise_clock import PromiseState
from incidents.settings import Settings

MOST_LETTERS = 100
MOST_NOTICES = 500


def gather(session: Session, settings: Settings, *, now: datetime) -> int:
    """Make the letters that are due, one a person and channel, in the caller's transaction; how many.

    What is ripe decides that a letter is made; into it goes everything that waits for the same person and way and is not
    held by quiet hours. What was seen meanwhile, or is settled, needs no letter.
    """
    ripe = (
        select(Notice.person_id, NoticeWay.channel)
        .join(Notice, Notice.id == NoticeWay.notice_id)
        .where(NoticeWay.letter_id.is_(None), NoticeWay.ready_at <= now)
        .distinct()
        .limit(MOST_LETTERS)
    )
    return sum(_gather(session, person_id, way, settings, now) for person_id, way in session.execute(ripe).all())


def queue_tests(session: Session, person: Person, settings: Settings, *, now: datetime) -> list[Letter]:
    """One letter a channel the person is reached by, to see whether it arrives; none: there is no such way."""
    letters = [_letter(person, way, now, is_test=True) for way in sorted(ways.of(person, settings))]
    session.add_all(letters)
    session.flush()
    return letters


def settled(session: Session, alarms: Sequence[Alarm]) -> set[int]:
    """The alarms, by id, that nobody need act on any more: answered, ended, paused, put off to another deadline."""
    if not alarms:
        return set()
    numbers = {alarm.appeal_number for alarm in alarms}
    key = (ClockRow.appeal_number, ClockRow.cycle, ClockRow.name, ClockRow.turn)
    running = select(*key, ClockRow.due_at).where(
        ClockRow.appeal_number.in_(numbers),
        ClockRow.stopped_at.is_(None),
        ClockRow.ended_at.is_(None),
        ClockRow.paused_at.is_(None),
    )
    pressing = {tuple(row) for row in session.execute(running)}
    waiting = _waiting(session, [alarm for alarm in alarms if alarm.step.startswith(silence.PREFIX)])
    owed = _owed(session, [alarm for alarm in alarms if alarm.step.startswith(promise_clock.PREFIX)])

    def presses(alarm: Alarm) -> bool:
        if alarm.step.startswith(promise_clock.PREFIX):
            return -alarm.turn in owed
        if alarm.step.startswith(silence.PREFIX) and alarm.appeal_number not in waiting:
            return False
        return (alarm.appeal_number, alarm.cycle, alarm.clock, alarm.turn, alarm.due_at) in pressing

    return {alarm.id for alarm in alarms if not presses(alarm)}


def _owed(session: Session, alarms: Sequence[Alarm]) -> set[int]:
    """The promises of these alarms that nobody has kept, moved or dropped yet."""
    if not alarms:
        return set()
    query = select(Promise.id).where(
        Promise.id.in_({-alarm.turn for alarm in alarms}), Promise.state == PromiseState.OPEN
    )
    return set(session.scalars(query))


def _waiting(session: Session, alarms: Sequence[Alarm]) -> set[int]:
    """The appeals of these alarms whose texts still wait for approval."""
    if not alarms:
        return set()
    numbers = {alarm.appeal_number for alarm in alarms}
    query = select(Appeal.number).where(Appeal.number.in_(numbers), Appeal.status == Status.ON_APPROVAL)
    return set(session.scalars(query))


def _gather(session: Session, person_id: int, way: Channel, settings: Settings, now: datetime) -> int:
    query = (
        select(NoticeWay)
        .join(Notice, Notice.id == NoticeWay.notice_id)
        .options(joinedload(NoticeWay.notice).joinedload(Notice.alarm))
        .where(Notice.person_id == person_id, NoticeWay.channel == way, NoticeWay.letter_id.is_(None))
        .where(NoticeWay.ready_at <= now + timedelta(seconds=settings.gather_seconds))
        .order_by(NoticeWay.id)
        .limit(MOST_NOTICES)
        # Two leaders for a moment: the second finds these taken.
        .with_for_update(of=NoticeWay, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    waiting = list(session.scalars(query))
    person = session.get_one(Person, person_id)
    is_reached = person.is_active and way in ways.of(person, settings)
    wanted = _still_wanted(session, person, waiting) if is_reached else []
    for each in waiting:
        if each not in wanted:
            session.delete(each)
    if wanted:
        letter = _letter(person, way, now)
        session.add(letter)
        session.flush()
        for each in wanted:
            each.letter_id = letter.id
    session.flush()
    return 1 if wanted else 0


def _still_wanted(session: Session, person: Person, waiting: Sequence[NoticeWay]) -> list[NoticeWay]:
    """Not seen meanwhile, not settled, and of an appeal that this person may (still) see."""
    unseen = [way for way in waiting if way.notice.seen_at is None]
    numbers = {way.notice.appeal_number for way in unseen}
    query = select(Appeal.number, Appeal.department_id, Appeal.status).where(Appeal.number.in_(numbers))
    lies = {number: (department, status) for number, department, status in session.execute(query)}
    done = settled(session, [way.notice.alarm for way in unseen if way.notice.alarm])
    asked = involved_in(session, numbers)

    def concerns(notice: Notice) -> bool:
        """News concern whoever may see the appeal; an alarm only while its clock runs, and never of what is no incident.
        That an appeal has come to a department is over once somebody works on it (`noticing.settle`)."""
        department_id, status = lies[notice.appeal_number]
        is_over = notice.alarm_id is not None and (notice.alarm_id in done or status is Status.REJECTED)
        return not is_over and sees(person.actor, department_id, asked.get(notice.appeal_number, frozenset()))

    return [way for way in unseen if concerns(way.notice)]


def _letter(person: Person, way: Channel, now: datetime, *, is_test: bool = False) -> Letter:
    return Letter(
        person=person,
        channel=way,
        state=LetterState.WAITING,
        key=uuid4().hex,
        is_test=is_test,
        created_at=now,
        queued_at=now,
        next_at=now,
    )
