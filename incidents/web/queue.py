"""The queue: the open appeals by the time left, and, asked for a year, a verdict or the finished, the history.

The figures of the statistics lead here (`filters`). The page is live: it asks `changes` whether anything it shows has
changed and gets 304, or the counters and the rows that differ. Acts post to the card (`appeal`).
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from incidents.flow import budgeting
from incidents.records.appeals import Appeal
from incidents.records.figures import YearTotal
from incidents.rules.acts import Act, Role
from incidents.rules.lifecycle import may
from incidents.web import current, filters, moments, queue_choices, queue_counts, queue_rows, views
from incidents.web.queue_rows import Row

blueprint = Blueprint("queue", __name__, url_prefix="/queue")

#: Who asks about more rows than a page ever showed is no page of ours.
MOST_ROWS = 4 * queue_rows.PAGE
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
    whole = queue_choices.of(
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
    session, person, now = current.session(), current.person(), current.now()
    found = {row.number: row for row in queue_rows.these(session, shown, filters.visible(person), now)}
    head, fresh = _head(asked), _arrived(asked, shown)
    marks = [(number, found[number].mark if number in found else "") for number in sorted(shown)]
    etag = sha256(repr((marks, head["tally"], head["answered"], fresh)).encode()).hexdigest()[:20]
    if request.if_none_match.contains(etag):
        return Response(status=304, headers={"ETag": f'"{etag}"', "Cache-Control": "no-cache"})
    differing = [row for number, row in found.items() if row.mark != shown[number]]
    gone = [number for number in shown if number not in found]
    body = render_template(
        "queue/changes.html", rows=differing, gone=gone, fresh=fresh, asked=asked, **head, **_row_words()
    )
    response = make_response(body)
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _draw(asked: filters.Filter) -> str:
    session, person, now = current.session(), current.person(), current.now()
    where = filters.conditions(asked, person, now, current.settings().town_zone)
    after = request.args.get("after", "")
    rows, following = queue_rows.page(session, asked, where, now, after)
    _share(rows)
    head = _head(asked)
    in_list = head["tally"] if asked.is_plain else None
    if in_list is None and not asked.is_history:
        in_list = queue_counts.count(session, person, where, now)
    return render_template(
        "queue/page.html",
        asked=asked,
        groups=_grouped(rows, asked),
        in_list=in_list,
        total=_total(asked, where),
        next_page=following,
        after=after,
        fresh=0,
        zone=current.settings().zone,
        # A page that shows everything there is misses whatever it does not show; another one what came later.
        since=session.scalar(select(func.max(Appeal.number))) or 0,
        is_whole=not following and not after,
        known_total=_brought_in(asked) if not rows else None,
        choices=queue_choices.of(
            session, person, asked, now, current.settings().town_zone, is_whole="words" in request.args
        ),
        **head,
        **_row_words(),
    )


def _head(asked: filters.Filter) -> dict[str, Any]:
    """What stands over the list, in the page and in each of its changes."""
    session, person, now = current.session(), current.person(), current.now()
    counts = queue_counts.of_person(session, person, now)
    saved = views.shown(session, person, now, current.settings().town_zone)
    return {
        "tally": counts,
        "answered": queue_counts.answered_today(session, person, now),
        "views": queue_choices.views(person, asked, counts, saved),
    }


def _share(rows: Iterable[Row]) -> None:
    """To people of a department: what it has left of its own share of each appeal that it is working on."""
    person = current.person()
    if person.role not in (Role.HEAD, Role.RESPONDER) or person.department_id is None:
        return
    working = {row.number: row for row in rows if row.next_due_at is not None}
    found = budgeting.own(current.session(), list(working), person.departments, now=current.now())
    for number, own in found.items():
        working[number].own_seconds = own.left_seconds


def _row_words() -> Mapping[str, Any]:
    """What a row asks about itself while it is drawn."""
    actor, now, zone = current.person().actor, current.now(), current.settings().town_zone

    def may_do(row: Row, act: str) -> bool:
        return may(actor, Act(act), row.status, row.department_id)

    return {
        "may_do": may_do,
        "may_pick": actor.role is not Role.MANAGER,
        # The names of those that were drawn.
        "icons": set[str](),
        "short_words": lambda at: moments.short_words(at, now, zone),
        "deadline_words": lambda at: moments.deadline_words(at, now, zone),
    }


def _grouped(rows: list[Row], asked: filters.Filter) -> dict[str, list[Row]]:
    """The rows under their headings, in the order of the list; the history is one group."""
    if asked.is_history:
        return {"history": rows}
    now = current.now()
    end_of_day = queue_counts.end_of_day(now, current.settings().town_zone)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group(now, end_of_day), []).append(row)
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


def _arrived(asked: filters.Filter, shown: Mapping[int, str]) -> int:
    """How many appeals stand in the list by now that the page neither shows nor knew of."""
    since = request.args.get("since", "")
    if asked.is_history or not since.isdecimal():
        return 0
    person, now = current.person(), current.now()
    where = filters.conditions(asked, person, now, current.settings().town_zone)
    is_new = Appeal.number.not_in(list(shown)) if request.args.get("whole") else Appeal.number > int(since[:18])
    query = select(func.count()).select_from(Appeal).where(*where, is_new)
    return current.session().scalar(query) or 0


def _total(asked: filters.Filter, where: list[filters.Condition]) -> int | None:
    """How many the list holds, where a year bounds the counting: the figure that led here."""
    if not asked.year:
        return None
    return current.session().scalar(select(func.count()).select_from(Appeal).where(*where))


def _brought_in(asked: filters.Filter) -> YearTotal | None:
    """The year's number where nothing but the number is known."""
    return current.session().get(YearTotal, int(asked.year)) if asked.year else None
