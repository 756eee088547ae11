"""The department's page, where a head or responder begins: what waits for a decision, by the own minutes that are left.

Two buttons a row, take and "not ours", and for a head a third: give it to a colleague; beside them what is in work, what
was asked of the department, how its last texts were published, its promises, and the figures of its month. The acts post
to the card. What waits keeps itself true (`changes`); the month beside it is drawn with the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import format_date
from markupsafe import Markup
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from incidents.flow import own_month
from incidents.records.answers import Answer, AnswerState, AnswerVersion
from incidents.records.appeals import Appeal
from incidents.records.parts import Part
from incidents.records.people import Person
from incidents.statistics import measures
from incidents.web import (
    current,
    department_promises,
    department_tasks,
    department_texts,
    department_words,
    differing,
    filters,
)

blueprint = Blueprint("department_desk", __name__, url_prefix="/department")

#: Texts shown as they were published.
PUBLISHED = 3
#: Lines of a list behind a figure.
LISTED = 200
LISTS = ("texts", "returned", "promises")
#: Texts are shown of appeals that came within so many days: on the first of a month too there are some.
RECENT = timedelta(days=45)
#: Two texts with less than this in common are shown without marks.
ALIKE = 0.5
#: Between two questions of an open page.
SECONDS = 15


@dataclass(frozen=True)
class Published:
    """A text of the department beside what the citizen saw."""

    number: int
    at: datetime
    #: Marked in each what only it has, where they are near enough.
    written: Markup
    published: Markup
    is_same: bool


@blueprint.get("")
def page() -> str:
    session, person, now = current.session(), current.person(), current.now()
    month = own_month.read(session, person.departments, _month_begins(now), now=now)
    return render_template(
        "department/page.html",
        month_name=format_date(now.astimezone(current.settings().town_zone), "LLLL"),
        month=month,
        received=_received(session, person, now),
        open_now=_open(session, person),
        published=_published(session, person, now),
        promises=department_promises.read(session, person, _today(now)),
        queue_of_month=url_for("queue.page", **_of_month(now).args()),
        seconds=SECONDS,
        **_waiting(),
    )


@blueprint.get("/changes")
def changes() -> Response:
    """All that waits, drawn anew; 304 while it reads as the page has it."""
    body = render_template("department/changes.html", **_waiting())
    etag = sha256(body.encode()).hexdigest()[:20]
    if request.if_none_match.contains(etag):
        return Response(status=304, headers={"ETag": f'"{etag}"', "Cache-Control": "no-cache"})
    response = make_response(body)
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _waiting() -> dict[str, Any]:
    """The part of the page that changes by itself."""
    session, person, now = current.session(), current.person(), current.now()
    groups = department_tasks.tasks(session, person, now)
    in_full = groups.decide.tasks[: department_tasks.IN_FULL]
    texts, to_agree = department_texts.to_agree(session, person, current.settings(), now)
    return {
        "department": person.department,
        "groups": groups,
        "in_full": in_full,
        "words": department_words.of(session, [task.row.number for task in in_full]),
        "asked": department_tasks.asked(session, person),
        "departments": department_tasks.others(session, person),
        "colleagues": department_tasks.colleagues(session, person),
        "texts": texts,
        "to_agree": to_agree,
    }


@blueprint.get("/<what>")
def behind(what: str) -> str:
    """The list behind a figure of the month."""
    if what not in LISTS:
        abort(404)
    session, person, now = current.session(), current.person(), current.now()
    if what == "promises":
        return render_template(
            "department/promises.html", rows=department_promises.of_month(session, person, _today(now))
        )
    month = own_month.read(session, person.departments, _month_begins(now), now=now)
    lines: Sequence[Any] = month.done if what == "texts" else month.returned
    numbers = [each.number for each in lines[:LISTED]]
    seen = select(Appeal.number).where(Appeal.number.in_(numbers), *filters.visible(person))
    return render_template(
        "department/list.html", what=what, lines=lines[:LISTED], total=len(lines), seen=set(session.scalars(seen))
    )


def _of_month(now: datetime) -> filters.Filter:
    here = now.astimezone(current.settings().town_zone)
    return filters.read({"status": "all", "year": str(here.year), "month": str(here.month)})


def _received(session: Session, person: Person, now: datetime) -> int:
    """As the queue lists them: the figure is counted by the very filter that it leads to."""
    where = filters.conditions(_of_month(now), person, now, current.settings().town_zone)
    return session.scalar(select(func.count()).select_from(Appeal).where(*where)) or 0


def _open(session: Session, person: Person) -> int:
    where = (*filters.visible(person), measures.IS_OPEN)
    return session.scalar(select(func.count()).select_from(Appeal).where(*where)) or 0


def _published(session: Session, person: Person, now: datetime) -> list[Published]:
    """The last texts that the department wrote for, beside what was published."""
    departments = sorted(person.departments)
    wrote = select(AnswerVersion.id).join(Person, Person.id == AnswerVersion.person_id)
    gave = select(Part.id).where(Part.appeal_number == Appeal.number, Part.department_id.in_(departments))
    answers = (
        select(Answer.id, Answer.appeal_number, Answer.text, Answer.published_at)
        .join(Appeal, Appeal.number == Answer.appeal_number)
        .where(Appeal.department_id.in_(departments), Appeal.received_at >= now - RECENT)
        .where(Answer.state == AnswerState.PUBLISHED, Answer.text != "", Answer.published_at.is_not(None))
        .where(
            or_(
                wrote.where(AnswerVersion.answer_id == Answer.id, Person.department_id.in_(departments)).exists(),
                gave.where(Part.given_at.is_not(None)).exists(),
            )
        )
        .order_by(Answer.published_at.desc())
        .limit(PUBLISHED)
    )
    found = session.execute(answers).all()
    written = _written(session, [row.id for row in found], [row.appeal_number for row in found], person)
    texts = ((row, written.get(row.id) or written.get(-row.appeal_number) or "") for row in found)
    return [
        Published(
            row.appeal_number,
            row.published_at,
            *differing.beside(text, row.text, alike=ALIKE),
            text.split() == row.text.split(),
        )
        for row, text in texts
    ]


def _written(session: Session, answers: list[int], numbers: list[int], person: Person) -> dict[int, str]:
    """The department's last wording by answer, and its substance by appeal (with a minus): what there is of the two."""
    if not answers:
        return {}
    departments = sorted(person.departments)
    versions = (
        select(AnswerVersion.answer_id, AnswerVersion.text)
        .join(Person, Person.id == AnswerVersion.person_id)
        .where(AnswerVersion.answer_id.in_(answers), Person.department_id.in_(departments))
        .order_by(AnswerVersion.version)
    )
    parts = select(Part.appeal_number, Part.text).where(
        Part.appeal_number.in_(numbers), Part.department_id.in_(departments), Part.given_at.is_not(None)
    )
    substance = {-number: text for number, text in session.execute(parts)}
    return {**substance, **{answer: text for answer, text in session.execute(versions)}}  # noqa: C416 - rows, not pairs


def _month_begins(now: datetime) -> datetime:
    here = now.astimezone(current.settings().town_zone)
    return here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _today(now: datetime) -> date:
    return now.astimezone(current.settings().town_zone).date()
