"""The queue: the open appeals by the time left, and, asked for a year, a verdict or the finished, the history.

The figures of the statistics lead here (`filters`). The page is live: it asks `changes` whether anything it shows has
changed and gets 304, or the counters and the rows that differ. Acts post to the card (`appeal`).
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from incidents.flow import budgeting
from incidents.records.appeals import Appeal
from incidents.records.figures import YearTotal
from incidents.rules.acts import Role
from incidents.web import (
    current,
    filters,
    moments,
    queue_choices,
    queue_counts,
    queue_lines,
    queue_pages,
    queue_rows,
    queue_views,
    views,
)
from incidents.web.queue_lines import Line
from incidents.web.queue_rows import Row

blueprint = Blueprint("queue", __name__, url_prefix="/queue")

#: Who asks about more rows than a page ever showed is no page of ours.
MOST_ROWS = 4 * queue_pages.PAGE
LARGEST_NUMBER = 2**62


@blueprint.get("")
def page() -> Response:
    asked = filters.read(request.args)
    written = request.args.get("number", "")
    if written.strip():
        found = _find(written)
        if found is not None:
            return redirect(f"/appeals/{found}")
        # The number itself is no citizen's word; it helps to see a misprint.
        flash(gettext("There is no appeal № %(number)s that you may see.", number=written.strip()[:20]), "warning")
    return make_response(_draw(asked))


@blueprint.get("/words")
def words() -> Response:
    """The long lists of the sentence over the list, for the script that fills them in after the page stands."""
    asked, settings = filters.read(request.args), current.settings()
    whole = queue_choices.sentence(
        current.session(), current.person(), asked, current.now(), settings.town_zone, is_whole=True
    )
    response = make_response(jsonify(queue_choices.long_lists(whole)))
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@blueprint.get("/changes")
def changes() -> Response:
    """What differs from the rows a page has (`rows=27349-1f2e3d4c,…`): a fragment, or 304 when nothing does.

    The entity tag covers the rows as this person sees them now, the counters and what has arrived since.
    """
    asked, shown = filters.read(request.args), _shown(request.args.get("rows", ""))
    session, person = current.session(), current.person()
    rows = {row.number: row for row in queue_rows.these(session, list(shown), current.now(), filters.sight(person))}
    head = _head(asked, shown)
    marks = [(number, rows[number].mark if number in rows else "") for number in sorted(shown)]
    figures = head["figures"]
    counted = (figures.counts, figures.of_views, figures.answered, figures.fresh)
    etag = sha256(repr((marks, counted)).encode()).hexdigest()[:20]
    if request.if_none_match.contains(etag):
        return Response(status=304, headers={"ETag": f'"{etag}"', "Cache-Control": "no-cache"})
    differing = [row for number, row in rows.items() if row.mark != shown[number]]
    gone = [number for number in shown if number not in rows]
    body = render_template(
        "queue/changes.html", lines=_lines(differing), gone=gone, asked=asked, **head, **_row_words()
    )
    response = make_response(body)
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _draw(asked: filters.Filter) -> str:
    session, person, now, zone = current.session(), current.person(), current.now(), current.settings().town_zone
    after = request.args.get("after", "")
    head = _head(asked, most=0 if after else queue_pages.PAGE + 1)
    if asked.is_history or after:
        rows, following = queue_pages.page(session, person, asked, now, zone, after)
    else:
        rows, following = queue_pages.first(session, head["figures"].first, now)
    lines = _lines(rows)
    return render_template(
        "queue/page.html",
        asked=asked,
        groups=_grouped(lines, asked),
        headings=queue_lines.HEADINGS,
        icons=queue_lines.icons(lines),
        in_list=head["figures"].in_list,
        total=_total(asked),
        next_page=following,
        after=after,
        zone=current.settings().zone,
        # A page that shows everything there is misses whatever it does not show; another one what came later.
        since=head["figures"].newest,
        is_whole=not following and not after,
        known_total=_brought_in(asked) if not rows else None,
        sentence=queue_choices.sentence(session, person, asked, now, zone, is_whole="words" in request.args),
        may_pick=person.role is not Role.MANAGER,
        **head,
        **_row_words(),
    )


def _head(asked: filters.Filter, shown: Mapping[int, str] | None = None, most: int = 0) -> dict[str, Any]:
    """What stands over the list, in the page and in each of its changes, and how the list begins."""
    session, person, now, zone = current.session(), current.person(), current.now(), current.settings().town_zone
    saved = views.shown(session, person)
    since = request.args.get("since", "")
    is_asked = shown is not None and since.isdecimal()
    figures = queue_counts.read(
        session,
        person,
        asked,
        now,
        zone,
        saved={view.id: view.asked for view in saved},
        since=queue_counts.NO_NEWER if not is_asked else -1 if request.args.get("whole") else int(since[:18]),
        shown=shown if is_asked and shown and request.args.get("whole") else (),
        most=most,
    )
    return {
        "figures": figures,
        "views": queue_views.views(person, asked, figures, saved),
        "here": url_for("queue.page", **asked.args()),
    }


def _lines(rows: Sequence[Row]) -> list[Line]:
    person, zone = current.person(), current.settings().town_zone
    return queue_lines.lines(rows, person.actor, current.now(), zone, _own_seconds(rows))


def _own_seconds(rows: Sequence[Row]) -> Mapping[int, float]:
    """To people of a department: what it has left of its own share of each appeal that it is working on."""
    person = current.person()
    if person.role not in (Role.HEAD, Role.RESPONDER) or person.department_id is None:
        return {}
    working = [row.number for row in rows if row.next_due_at is not None]
    found = budgeting.own(current.session(), working, person.departments, now=current.now())
    return {number: own.left_seconds for number, own in found.items()}


def _row_words() -> Mapping[str, Any]:
    """How a row tells its moments."""
    now, zone = current.now(), current.settings().town_zone
    return {
        "short_words": lambda at: moments.short_words(at, now, zone),
        "deadline_words": lambda at: moments.deadline_words(at, now, zone),
    }


def _grouped(lines: list[Line], asked: filters.Filter) -> dict[str, list[Line]]:
    """The rows under their headings, in the order of the list; the history is one group."""
    if asked.is_history:
        return {"history": lines}
    now = current.now()
    end_of_day = queue_counts.end_of_day(now, current.settings().town_zone)
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.row.group(now, end_of_day), []).append(line)
    return groups


def _find(written: str) -> int | None:
    """The appeal of a number, if this person may see it."""
    digits = "".join(character for character in written if not character.isspace() and character not in "№#")
    if not (digits.isascii() and digits.isdecimal()) or int(digits) > LARGEST_NUMBER:
        return None
    seen = select(Appeal.number).where(Appeal.number == int(digits), *filters.visible(current.person()))
    return current.session().scalar(seen)


def _shown(written: str) -> dict[int, str]:
    """The rows a page says it has: number -> mark."""
    pairs = [pair.partition("-") for pair in written.split(",") if pair][: MOST_ROWS + 1]
    if len(pairs) > MOST_ROWS or not all(n.isascii() and n.isdecimal() and len(n) < 19 for n, _, _ in pairs):
        abort(400)
    return {int(number): mark for number, _, mark in pairs}


def _total(asked: filters.Filter) -> int | None:
    """How many the list holds, where a year bounds the counting: the figure that led here."""
    if not asked.year:
        return None
    where = filters.conditions(asked, current.person(), current.now(), current.settings().town_zone)
    return current.session().scalar(select(func.count()).select_from(Appeal).where(*where))


def _brought_in(asked: filters.Filter) -> YearTotal | None:
    """The year's number where nothing but the number is known."""
    return current.session().get(YearTotal, int(asked.year)) if asked.year else None
