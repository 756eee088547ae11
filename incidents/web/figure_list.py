"""The list behind a figure, and the workbook of a page: what the pages of statistics share.

A list is for a figure that the queue has no filter for: what happened on one day, what was waiting at one moment.

Pages of statistics (`years`, `board`) say which appeals, with the conditions their figures counted with.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote_plus

from flask import Response, abort, render_template, request, send_file, url_for
from sqlalchemy import false, func, select, tuple_

from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.acts import Status
from incidents.statistics.measures import Condition
from incidents.web import access, current, filters

PAGE = 50
#: As much of the citizen's words as one line holds; the card has all of them.
LONGEST_TEXT = 110


def draw(title: str, *where: Condition, **address: Any) -> str:
    """A page of the appeals for which `where` holds, the last to arrive first: as the index of a period has
    them, so that a year costs no more than a day. `address` is what the next page repeats.

    403 for who may read figures but no appeals.
    """
    if not access.may(current.person().role, "queue.page"):
        abort(403)
    session, person = current.session(), current.person()
    seen = [*where, *filters.visible(person, is_history=True)]
    after = request.args.get("after", "")
    query = (
        select(
            Appeal.number,
            func.substr(Appeal.text, 1, LONGEST_TEXT + 1).label("text"),
            Appeal.network,
            (Appeal.status == Status.REJECTED).label("is_rejected"),
            Appeal.received_at,
            Appeal.due_at,
            Appeal.answered_at,
            Topic.name.label("topic"),
            Department.name.label("department"),
        )
        .outerjoin(Topic, Topic.id == Appeal.topic_id)
        .outerjoin(Department, Department.id == Appeal.department_id)
        .where(*seen)
        .order_by(Appeal.received_at.desc(), Appeal.number.desc())
        .limit(PAGE + 1)
    )
    if after.isascii() and after.isdecimal() and len(after) < 19:
        received = session.scalar(select(Appeal.received_at).where(Appeal.number == int(after)))
        place = Appeal.received_at, Appeal.number
        query = query.where(tuple_(*place) < tuple_(received, int(after)) if received else false())
    rows = session.execute(query).all()
    return render_template(
        "board/list.html",
        title=title,
        rows=rows[:PAGE],
        total=session.scalar(select(func.count()).select_from(Appeal).where(*seen)),
        next_after=rows[PAGE - 1].number if len(rows) > PAGE else None,
        address=address,
        longest=LONGEST_TEXT,
    )


def door_of(endpoint: str, **fixed: Any) -> Callable[..., str]:
    """Makes addresses of one list with different questions: a page of figures has hundreds of doors, and to be asked for its
    rule anew for each would cost it more than counting does."""
    base = url_for(endpoint, **fixed)

    def door(**asked: Any) -> str:
        given = "&".join(f"{name}={_quoted(value)}" for name, value in asked.items() if value is not None)
        return f"{base}?{given}" if given else base

    return door


def _quoted(value: object) -> str:
    """A value in an address. Numbers, dates and codes are what they are, and nearly all there is."""
    written = str(value)
    return written if written.isascii() and written.replace("-", "").replace("_", "").isalnum() else quote_plus(written)


def send_book(body: bytes, name: str) -> Response:
    """A workbook to be saved."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return send_file(BytesIO(body), kind, as_attachment=True, download_name=name)
