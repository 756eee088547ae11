"""The journal with its search, for the administrator: who did what and when, whether the chains hold, and all of it as CSV.

It shows codes, ids and moments. The words of appeals' entries (a reason may quote a citizen) are shown on the appeal
alone, to those who may see it; the reasons of the other streams are the administration's own and stand here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import select

from incidents.flow import sealing
from incidents.records import choices
from incidents.records.journal import Stream
from incidents.rules.acts import Refused
from incidents.rules.town import check_year
from incidents.web import csv_files, current, journal_search, journal_words
from incidents.web.journal_search import Told, Wanted

blueprint = Blueprint("journal", __name__, url_prefix="/journal")

#: A file longer than this is for the database's own tools; the page says that it was cut.
LONGEST_FILE = 20_000
#: A chain longer than this is checked by `incidents verify`, not while a page waits.
LONGEST_CHECK = 2_000
COLUMNS = ("stream", "seq", "noticed_at", "happened_at", "act", "by", "data", "reason", "hash")


@blueprint.get("")
def page() -> str:
    session, zone = current.session(), current.settings().town_zone
    asked = _asked()
    wanted = asked.with_days(current.now().astimezone(zone).date())
    found = journal_search.page(session, wanted, zone, request.args.get("after", ""))
    doers, names = journal_words.doers(session, found.entries), journal_words.names_in(session)
    today = current.now().astimezone(zone).date()
    return render_template(
        "journal/page.html",
        wanted=wanted,
        is_asked=asked != Wanted(),
        found=found,
        older=url_for("journal.page", after=found.older, **address(asked)) if found.older else "",
        newest=url_for("journal.page", **address(asked)) if request.args.get("after") else "",
        file=url_for("journal.table", **address(asked)),
        # An entry never changes, but its note may be erased, and names and days go on.
        lines=[
            (each, (each.hash, doers[each.by], journal_words.named(each, names), shown_note(each), today))
            for each in found.entries
        ],
        doers=doers,
        names=names,
        people=tuple((each.id, each.name) for each in choices.people(session).values()),
        words=journal_words,
        standing=sealing.standing(session),
        chain=_chain(wanted.one_stream),
    )


@blueprint.get("/file")
def table() -> Response:
    """What the search finds as CSV, newest first."""
    session, zone = current.session(), current.settings().town_zone
    wanted = _asked().with_days(current.now().astimezone(zone).date())
    entries = journal_search.most(session, wanted, zone, LONGEST_FILE)
    return csv_files.download([COLUMNS, *(_cells(entry) for entry in entries)], "journal")


def shown_note(entry: Told) -> tuple[bool, str | None]:
    """Whether somebody wrote something, and what; an appeal's words stay on the appeal."""
    return entry.has_note, None if entry.is_appeals else entry.note


def address(wanted: Wanted) -> Mapping[str, Any]:
    """A search as the parts of its address."""
    parts = {
        "number": wanted.number,
        "stream": wanted.stream,
        "by": wanted.by,
        "act": wanted.act,
        "from": wanted.first,
        "to": wanted.last,
    }
    return {key: value for key, value in parts.items() if value}


def _asked() -> Wanted:
    """What the address asks for; what is none of our words asks for nothing."""
    given = request.args
    number = given.get("number", "").strip().lstrip("№ ")
    stream = given.get("stream", "")
    return Wanted(
        number=int(number) if number.isdecimal() and len(number) < 19 else None,
        stream=stream if stream in journal_words.STREAMS else "",
        by=given.get("by", "")[:64].replace("\x00", ""),
        act=given.get("act", "") if given.get("act", "") in journal_words.ACTS else "",
        first=given.get("from", type=_day),
        last=given.get("to", type=_day),
    )


def _day(written: str) -> date:
    day = date.fromisoformat(written)
    try:
        check_year(day)
    except Refused:
        raise ValueError(written) from None
    return day


def _chain(stream: str) -> Mapping[str, Any] | None:
    """Whether the one chain that is looked at holds; None where it is none, or too long to read meanwhile."""
    if not stream:
        return None
    session = current.session()
    length = session.scalar(select(Stream.head_seq).where(Stream.name == stream))
    if length is None:
        return None
    if length > LONGEST_CHECK:
        return {"length": length, "faults": None}
    return {"length": length, "faults": list(sealing.faults_of(session, stream))}


def _cells(entry: Told) -> list[object]:
    return [
        entry.stream,
        entry.seq,
        entry.noticed_at.isoformat(),
        entry.happened_at.isoformat(),
        entry.act,
        entry.by,
        journal_words.facts(entry),
        shown_note(entry)[1] or "",
        entry.hash,
    ]
