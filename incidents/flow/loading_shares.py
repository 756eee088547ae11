"""The shares of the stages as a table: out, and in again. Shares are never edited: a row that is there changes nothing."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import budgeting
from incidents.flow.loading import Loaded, Row, Rows, day_of, department_of, each, topic_names
from incidents.records.budgets import StageBudget
from incidents.records.people import Department
from incidents.rules.acts import Actor, Refused
from incidents.rules.budgets import Budget

#: For whom (neither: the town), the minutes of each stage, from when, why.
SHARES = ("topic", "department", "triage", "work", "approval", "publishing", "valid_from", "note")
_MINUTES = SHARES[2:6]


def load(session: Session, rows: Rows, by: Actor, *, now: datetime, zone: ZoneInfo) -> Loaded:
    """Enter the shares that are not there yet, from today on."""
    topics = {name: number for number, name in topic_names(session).items()}
    known = {_key(row) for row in share_rows(session)}

    def take(row: Row, loaded: Loaded) -> tuple[str, Row | None, Row]:
        topic, department = row.get("topic", "").strip(), department_of(session, row.get("department", ""))
        if topic and topic not in topics:
            raise Refused("topic_unknown", name=topic)
        budget = _budget(session, row, topics.get(topic), department, now, zone)
        whole = {**_row(budget, topic, department), "note": row.get("note", "")}
        name = topic or (department.name if department else budget.valid_from.isoformat())
        if _key(whole) in known:
            return name, whole, whole
        budgeting.enter(session, budget, by, now=now, today=now.astimezone(zone).date(), note=row.get("note", ""))
        known.add(_key(whole))
        return name, None, whole

    return each(session, rows, take)


def share_rows(session: Session) -> list[Row]:
    """All shares there ever were, the oldest first, as `load` takes them."""
    topics, query = topic_names(session), select(StageBudget).order_by(StageBudget.valid_from, StageBudget.id)
    departments = {each.id: each for each in session.scalars(select(Department))}
    return [
        {**_row(one.rule, topics.get(one.topic_id or 0, ""), departments.get(one.department_id or 0)), "note": one.note}
        for one in session.scalars(query)
    ]


def _budget(
    session: Session, row: Row, topic_id: int | None, department: Department | None, now: datetime, zone: ZoneInfo
) -> Budget:
    valid_from = day_of(row["valid_from"])
    triage, work, approval, publishing = (_minutes(row[column]) for column in _MINUTES)
    return Budget(
        id=0,
        term=budgeting.term_on(session, topic_id, _moment(valid_from, now, zone)) or 0,
        triage=triage,
        department=work,
        approval=approval,
        publishing=publishing,
        valid_from=valid_from,
        topic_id=topic_id,
        department_id=department.id if department else None,
    )


def _row(budget: Budget, topic: str, department: Department | None) -> dict[str, str]:
    minutes = (budget.triage, budget.department, budget.approval, budget.publishing)
    return {
        "topic": topic,
        "department": department.code if department else "",
        **dict(zip(_MINUTES, map(str, minutes), strict=True)),
        "valid_from": budget.valid_from.isoformat(),
    }


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[column] for column in SHARES[:-1])


def _moment(day: date, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment whose norm is shared out: now, or the beginning of a day to come."""
    return max(now, datetime.combine(day, time(), zone))


def _minutes(written: str) -> int:
    if not written.isdecimal() or len(written) > 6:
        raise Refused("bad_minutes_cell", cell=written)
    return int(written)
