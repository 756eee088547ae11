"""The big screen: the town's figures, to be read from five metres, by a token that opens nothing else.

Three boards take turns. A small script brings the next one and, when the server is silent, keeps the last and says how
old it is; without scripts the page asks for the next one itself. No text, name or address of anybody is ever drawn.

The token comes once in the address (`/wall?token=…`), goes at once into a cookie that only this path gets, and is asked
for anew with each board: once revoked, the screen is dark within seconds.
"""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from incidents.flow import calendars, tokens
from incidents.rules.periods import Period
from incidents.statistics import board, charts, period
from incidents.web import current, moments, security, wall_rows

blueprint = Blueprint("wall", __name__, url_prefix="/wall")

SCOPE, COOKIE = "wall", "incidents_wall"
#: Seconds that a board stands.
SECONDS = 20
BOARDS = ("now", "today", "week")
_YEAR = timedelta(days=365)


@blueprint.get("")
def page() -> Response:
    """A board, by the cookie; with a token in the address, the cookie first."""
    offered = request.args.get("token", "")
    if offered:
        return _let_in(offered) if _is_valid(offered) else _closed()
    if not _is_valid(request.cookies.get(COOKIE, "")):
        return _closed()
    number = request.args.get("board", "1")
    place = int(number) - 1 if number in ("1", "2", "3") else 0
    seen = _figures(BOARDS[place])
    return _answer(
        render_template(
            "wall/page.html",
            kind=BOARDS[place],
            place=place,
            boards=len(BOARDS),
            following=url_for("wall.page", board=(place + 1) % len(BOARDS) + 1),
            seconds=SECONDS,
            share=charts.share,
            day=f"{moments.WEEKDAYS[_today().weekday()]}, {moments.day_words(_today())}",
            time=f"{_local():%H:%M}",
            **seen,
        )
    )


def _figures(kind: str) -> dict[str, Any]:
    session, zone, now = current.session(), current.settings().town_zone, current.now()
    if kind == "now":
        stands = board.read(session, zone, now)
        return {"seen": stands, "left": wall_rows.who_has_it(stands), "right": wall_rows.what_about(stands)}
    today = _today()
    days = Period(today, today) if kind == "today" else Period(today - timedelta(days=6), today)
    seen = period.read(session, days, zone, calendars.versions(session, zone), now)
    left = wall_rows.hours(seen, today.weekday()) if kind == "today" else wall_rows.days(seen)
    return {"seen": seen, "left": left, "right": wall_rows.who_answers(seen)}


def _is_valid(token: str) -> bool:
    owner = tokens.token_owner(current.session(), token) if token else None
    return owner is not None and SCOPE in owner.scopes


def _let_in(token: str) -> Response:
    response = _guarded(redirect(url_for("wall.page"), 303))
    response.set_cookie(
        COOKIE,
        token,
        max_age=_YEAR,
        path=url_for("wall.page"),
        secure=security.is_https(current.settings()),
        httponly=True,
        samesite="Lax",
    )
    return response


def _closed() -> Response:
    return _answer(render_template("wall/closed.html"), 401)


def _answer(body: str, status: int = 200) -> Response:
    return _guarded(make_response(body, status))


def _guarded(response: Response) -> Response:
    # Where the address held the token, nobody learns of it from a link.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _local() -> datetime:
    return current.now().astimezone(current.settings().town_zone)


def _today() -> date:
    return _local().date()
