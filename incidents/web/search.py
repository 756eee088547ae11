"""Looking for anything: one page with the appeals, and the short answer behind the palette (Ctrl+K).

Whoever sees an appeal sees its words, author and answers on its card, so one condition (`filters.visible`) is the whole
question of rights here; departments, topics and people are doors to pages that ask for themselves.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_babel import lazy_gettext

from incidents.networks import links
from incidents.records.search import PARTS
from incidents.statistics.search import STATUSES, Asked, Found, find, knows_misprints
from incidents.web import current, doors, filters, found_rows, registration

blueprint = Blueprint("search", __name__, url_prefix="/search")

#: What may be typed; an address of a network is the longest thing that is looked for.
LONGEST = 300
#: The palette shows so many appeals; all of them are a page away.
QUICK = 6
#: Fewer signs than this begin too many words.
SHORTEST = 2

WHERE = {
    "": (lazy_gettext("everywhere"), tuple(PARTS)),
    "said": (lazy_gettext("in the citizen’s words"), ("said", "place")),
    "author": (lazy_gettext("in the author’s name"), ("author",)),
    "answers": (lazy_gettext("in our answers"), ("answers",)),
    "notes": (lazy_gettext("in notes"), ("notes",)),
}
PERIODS = {
    "": (lazy_gettext("at any time"), None),
    "week": (lazy_gettext("in the last 7 days"), 7),
    "month": (lazy_gettext("in the last 30 days"), 30),
    "year": (lazy_gettext("in the last 365 days"), 365),
}
STATUS_WORDS = {
    "": lazy_gettext("all appeals"),
    "open": lazy_gettext("open appeals"),
    "answered": lazy_gettext("answered appeals"),
    "rejected": lazy_gettext("what was no incident"),
}


@blueprint.get("")
def page() -> str:
    """What was found, newest first; without a question, how one asks."""
    asked = _asked()
    found = find(current.session(), asked, filters.visible(current.person(), is_history=True))
    exact, rows = _exact(asked), found_rows.read(found, asked.parts)
    return render_template(
        "search/page.html",
        asked=asked,
        exact=exact,
        rows=rows,
        instead=found_rows.instead(found, rows),
        doors=doors.find(asked.written) if asked.after is None else (),
        knows_misprints=knows_misprints(current.session()),
        next_page=_address(asked, after=found.numbers[-1]) if found.has_more else "",
        first_page=_address(asked) if asked.after is not None else "",
        choices={
            "status": (lazy_gettext("Show"), STATUS_WORDS),
            "period": (lazy_gettext("received"), {name: words for name, (words, _) in PERIODS.items()}),
            "where": (lazy_gettext("look"), {name: words for name, (words, _) in WHERE.items()}),
        },
        chosen=_chosen(),
    )


@blueprint.get("/quick")
def quick() -> Response:
    """A few of each kind as JSON, while somebody types."""
    written = request.args.get("q", "")[:LONGEST]
    asked = Asked(written, is_typing=True)
    found, exact = Found(), _exact(asked)
    if len(written.strip()) >= SHORTEST:
        found = find(current.session(), asked, filters.visible(current.person(), is_history=True), QUICK)
    rows = found_rows.read(found, asked.parts)
    appeals = [
        {"href": url_for("appeal.page", number=row.number), "label": f"№ {row.number}", "note": row.plain}
        for row in rows
        if row.number != exact
    ]
    if exact is not None:
        appeals.insert(0, {"href": url_for("appeal.page", number=exact), "label": f"№ {exact}", "note": ""})
    return jsonify(
        appeals=appeals,
        doors=[{"href": door.href, "label": door.label, "note": str(door.kind)} for door in doors.find(written)],
    )


def _asked() -> Asked:
    after = request.args.get("after", "")
    chosen = _chosen()
    days = PERIODS[chosen["period"]][1]
    since: datetime | None = current.now() - timedelta(days=days) if days else None
    return Asked(
        request.args.get("q", "")[:LONGEST].strip(),
        WHERE[chosen["where"]][1],
        since,
        chosen["status"],
        int(after) if after.isdecimal() and len(after) <= 18 else None,
    )


def _chosen() -> dict[str, str]:
    """The words of the sentence; what is none of ours asks nothing."""
    allowed: dict[str, Any] = {"where": WHERE, "period": PERIODS, "status": {"": "", **STATUSES}}
    return {
        name: request.args.get(name, "") if request.args.get(name) in values else "" for name, values in allowed.items()
    }


def _address(asked: Asked, after: int | None = None) -> str:
    chosen: dict[str, Any] = {name: value for name, value in _chosen().items() if value}
    return url_for("search.page", q=asked.written, after=after, **chosen)


def _exact(asked: Asked) -> int | None:
    """The one appeal that a number or a pasted link names, if this person may see it."""
    if asked.number is not None:
        return found_rows.by_number(asked.number)
    try:
        link = links.recognise(asked.written, registration.own_hosts(current.settings()))
    except links.BadLink:
        return None
    return found_rows.by_link(link.key, asked.written)
