"""What each department usually needs, counted from the journal of the last weeks and kept for the queues."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from incidents.flow import budgeting, calendars
from incidents.records.database import town_of
from incidents.records.journal import Entry
from incidents.records.needs import TOWN, UsualNeed
from incidents.records.people import Department
from incidents.rules import budgets, urgency
from incidents.rules.acts import Act
from incidents.rules.calendar import working_seconds
from incidents.rules.urgency import Need, Told, Worked

#: How far back is "lately".
LATELY = timedelta(days=28)
#: Entries read at most, the newest: a snowstorm must not make counting slow, and it says what is usual just now.
MOST_ENTRIES = 6_000
#: Texts of one department that count, the newest.
MOST_TEXTS = 100

_ACTS = tuple(str(act) for act in (Act.ASSIGN, Act.TAKE, Act.SUBMIT, Act.RETURN, Act.RESTORE, Act.WITHDRAW))


def refresh(session: Session, *, now: datetime) -> int:
    """Count anew for every open department and for the town; how many of them have enough answers to say."""
    seconds = _seconds(session, urgency.worked(_told(session, now)), now)
    known = budgeting.all_budgets(session)
    zone = town_of(session).zone
    found: dict[int, Need] = {}
    for department_id in session.scalars(select(Department.id).where(Department.is_active)).all():
        budget = budgets.in_force(known, None, department_id, now, zone)
        found[department_id] = urgency.usual(seconds.get(department_id, []), budget)
    everybodys = [each for own in seconds.values() for each in own]
    found[TOWN] = urgency.usual(everybodys, budgets.in_force(known, None, None, now, zone))
    _keep(session, found, now)
    return sum(bool(need.cases) for need in found.values())


def _told(session: Session, now: datetime) -> Iterable[Told]:
    """The newest entries of the acts that count, oldest first."""
    query = (
        select(Entry.stream, Entry.act, Entry.happened_at, Entry.data)
        .where(Entry.noticed_at >= now - LATELY, Entry.happened_at >= now - LATELY, Entry.act.in_(_ACTS))
        .order_by(Entry.noticed_at.desc(), Entry.id.desc())
        .limit(MOST_ENTRIES)
    )
    for stream, act, at, data in reversed(session.execute(query).all()):
        yield Told(stream, act, at, data.get("department"))


def _seconds(session: Session, done: Iterable[Worked], now: datetime) -> Mapping[int, list[float]]:
    """Working seconds of each text by department, by the department's own calendar; by the clock where nobody was at work."""
    by_department: defaultdict[int, list[Worked]] = defaultdict(list)
    for each in done:
        if each.department_id is not None:
            by_department[each.department_id].append(each)
    zone, found = town_of(session).zone, {}
    for department_id, texts in by_department.items():
        calendar = calendars.at(session, now, zone, department_id)
        found[department_id] = [
            working_seconds(calendar, each.begun_at, each.done_at) or (each.done_at - each.begun_at).total_seconds()
            for each in texts[-MOST_TEXTS:]
        ]
    return found


def _keep(session: Session, found: Mapping[int, Need], now: datetime) -> None:
    stored = {row.department_id: row for row in session.scalars(select(UsualNeed))}
    for department_id, need in found.items():
        row = stored.get(department_id)
        if row is None:
            session.add(UsualNeed(department_id=department_id, minutes=need.minutes, cases=need.cases, counted_at=now))
        elif (row.minutes, row.cases) != (need.minutes, need.cases):
            row.minutes, row.cases, row.counted_at = need.minutes, need.cases, now
    session.execute(delete(UsualNeed).where(UsualNeed.department_id.in_(set(stored) - set(found))))
    session.flush()
