"""The department's page, where a head or responder begins: what waits for a decision, by the own minutes that are left.

Two buttons a row, take and "not ours", and for a head a third: give it to a colleague; beside them what is in work, what
was asked of the department, how its last texts were published, its promises, and the figures of its month. The acts post
to the card. What waits keeps itself true (`changes`); the month beside it is drawn with the page.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask_babel import format_date
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from incidents.flow import own_month
from incidents.records import choices
from incidents.records.appeals import Appeal
from incidents.statistics import measures
from incidents.web import (
    current,
    department_promises,
    department_published,
    department_tasks,
    department_texts,
    department_words,
    filters,
)

blueprint = Blueprint("department_desk", __name__, url_prefix="/department")

#: Lines of a list behind a figure.
LISTED = 200
LISTS = ("texts", "returned", "promises")
#: Between two questions of an open page.
SECONDS = 15


@blueprint.get("")
def page() -> str:
    session, person, now = current.session(), current.person(), current.now()
    month = own_month.read(session, person.departments, _month_begins(now), now=now)
    asked = _of_month(now)
    received, open_now = session.execute(_figures(filters.sight(person), asked, current.settings().town_zone)).one()
    return render_template(
        "department/page.html",
        month_name=format_date(now.astimezone(current.settings().town_zone), "LLLL"),
        month=month,
        received=received,
        open_now=open_now,
        published=department_published.read(session, person, now),
        promises=department_promises.read(session, person, _today(now)),
        queue_of_month=url_for("queue.page", **asked.args()),
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
        "department": choices.departments(session).get(person.department_id or 0),
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


# All that came in a month is asked of no present moment.
@lru_cache(maxsize=64)
def _figures(sight: filters.Sight, month: filters.Filter, zone: ZoneInfo) -> Select[int, int]:
    """Received in the month and open now, as the queue lists them: counted by the very filters that the figures lead to."""
    lists = (filters.conditions(month, sight, None, zone), [*filters.visible(sight), measures.IS_OPEN])
    counts = (select(func.count()).select_from(Appeal).where(*where).scalar_subquery() for where in lists)
    return select(*counts)


def _month_begins(now: datetime) -> datetime:
    here = now.astimezone(current.settings().town_zone)
    return here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _today(now: datetime) -> date:
    return now.astimezone(current.settings().town_zone).date()
