"""What other programs ask for by name, as rows and conditions: a topic, and the filters of a list."""

from typing import Any

from flask import abort
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnprocessableEntity

from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.statistics import edges, measures
from incidents.web import current, errors, schemas


def topic_named(session: Session, name: str) -> Topic:
    """The one living topic of this name, or of "group / topic"; 422 in words where there is none, or several."""
    group, _, topic = name.rpartition(" / ")
    query = select(Topic).join(TopicGroup).where(Topic.name == topic.strip(), Topic.is_active)
    found = session.scalars(query.where(TopicGroup.name == group.strip()) if group else query).all()
    if not found:
        # A name may itself hold the sign that parts group and topic.
        found = session.scalars(select(Topic).where(Topic.name == name.strip(), Topic.is_active)).all()
    if len(found) != 1:
        advice = gettext("topic: there is no topic “%(name)s”, or several; write “group / topic”", name=name)
        abort(errors.answer(UnprocessableEntity(), advice))
    return found[0]


def conditions(session: Session, query: schemas.Filters) -> list[Any]:
    """The filters of a list, by the definitions that the figures use."""
    zone, now = current.settings().town_zone, current.now()
    conditions: list[Any] = []
    if query.status:
        conditions.append(Appeal.status == query.status)
    if query.department:
        chosen = select(Department.id).where(
            (Department.code == query.department) | (Department.name == query.department)
        )
        conditions.append(Appeal.department_id.in_(chosen))
    if query.overdue is not None:
        overdue = measures.condition("overdue_now", now)
        conditions.append(overdue if query.overdue else ~overdue)
    if query.year is not None:
        conditions.append(measures.received_within(*edges.of_year(query.year, zone)))
    if query.topic:
        conditions.append(Appeal.topic_id.in_(select(Topic.id).where(Topic.name == query.topic)))
    for name in ("kind", "network", "external_id", "document_number", "permalink"):
        value = getattr(query, name)
        if value:
            conditions.append(getattr(Appeal, name) == value)
    return conditions
