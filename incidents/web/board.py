"""The manager's "now": what is open, late and soon due, who has it, what the town writes about today.

The page asks for itself every few seconds (`live`) and is answered 204 while nothing has changed.
"""

from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext, lazy_gettext, ngettext

from incidents.records.appeals import Appeal
from incidents.rules import growing
from incidents.statistics import board, charts, edges, measures, workbook
from incidents.web import access, current, figure_list, period_words

blueprint = Blueprint("board", __name__, url_prefix="/board")

SECONDS = 20
#: The days of a list behind a figure of today: the week of a share, today and the seven days that a topic is measured by.
MOST_DAYS = growing.USUAL_DAYS + 1
TITLES = {
    "answered": lazy_gettext("Answered"),
    "in_time": lazy_gettext("Answered in time"),
    "late": lazy_gettext("Answered late"),
    "received": lazy_gettext("Received"),
}


@blueprint.get("")
def page() -> str:
    body = _body()
    return render_template("board/page.html", body=body, tag=_tag(body), seconds=SECONDS)


@blueprint.get("/live")
def live() -> Response:
    """The figures again, or 204 when they are those that the page shows (`seen`)."""
    body = _body()
    tag = _tag(body)
    if request.args.get("seen") == tag or request.if_none_match.contains(tag):
        return Response(status=204)
    response = make_response(render_template("board/_live.html", body=body, tag=tag, seconds=SECONDS))
    response.set_etag(tag)
    return response


@blueprint.get("/figures.xlsx")
def sheet() -> Response:
    """The same figures as a workbook."""
    stands = board.read(current.session(), current.settings().town_zone, current.now())
    return figure_list.send_book(workbook.of_board(stands, gettext), f"now-{stands.today:%Y-%m-%d}.xlsx")


@blueprint.get("/today/<any(answered, in_time, late, received):what>")
def today(what: str) -> str:
    """The appeals that were answered, or received, today or in the days up to it: of one department or topic, or of all."""
    is_received, days = what == "received", _number(request.args.get("days", "1"))
    if not 1 <= days <= MOST_DAYS:
        abort(404)
    bounds = edges.of_days(_today(), days, current.settings().town_zone)
    within = (measures.received_within if is_received else measures.answered_within)(*bounds)
    where = [within, measures.condition(what, current.now())]
    department, topic = request.args.get("department", ""), request.args.get("topic", "")
    if department == "none":
        where.append(Appeal.department_id.is_(None))
    elif department:
        where.append(Appeal.department_id == _number(department))
    if topic:
        where.append(Appeal.topic_id == _number(topic))
    address = {
        "what": what,
        "department": department or None,
        "topic": topic or None,
        "days": days if days > 1 else None,
    }
    return figure_list.draw(_title(what, days, department, topic), *where, endpoint="board.today", **address)


def _title(what: str, days: int, department: str, topic: str) -> str:
    since = gettext("today") if days == 1 else ngettext("%(num)d day up to now", "%(num)d days up to now", days)
    names = period_words.names(0 if department == "none" else _key(department), _key(topic))
    return f"{', '.join([str(TITLES[what]), *names])}: {since}"


def _key(written: str) -> int | None:
    return int(written) if written.isdecimal() else None


def _body() -> str:
    seen = board.read(current.session(), current.settings().town_zone, current.now())
    return render_template(
        "board/_figures.html", board=seen, share=charts.share, week=board.WEEK, usual=MOST_DAYS, **_doors()
    )


def _doors() -> dict[str, Any]:
    """Where a figure leads: its list, its list of today, its card; nowhere for who sees no appeals."""
    is_open = access.may(current.person().role, "queue.page")

    queue = figure_list.door_of("queue.page")
    lists = {what: figure_list.door_of("board.today", what=what) for what in TITLES}

    def door(**asked: Any) -> str:
        return queue(**{name: value or None for name, value in asked.items()}) if is_open else ""

    def today_door(what: str, **asked: Any) -> str:
        return lists[what](**asked) if is_open else ""

    return {"door": door, "today_door": today_door, "is_open": is_open}


def _tag(body: str) -> str:
    return sha256(body.encode()).hexdigest()[:20]


def _today() -> Any:
    return current.now().astimezone(current.settings().town_zone).date()


def _number(written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) < 10):
        abort(404)
    return int(written)
