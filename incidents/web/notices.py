"""A person's own alarms: the list, marking as seen, and the question behind the bell of every page.

The bell asks `changes` every few seconds with the tag of its last answer and mostly gets 304: two small questions to a
partial index. An alarm is marked as seen by its person alone; looking at a page marks nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext, ngettext
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased, joinedload
from werkzeug.wrappers import Response

from incidents.flow import gathering, noticing
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.notices import ARRIVALS, About, Notice
from incidents.records.parts import involved_in
from incidents.records.people import Person
from incidents.rules import promise_clock, silence
from incidents.rules.alarms import Level
from incidents.rules.lifecycle import sees
from incidents.web import access, addresses, current
from incidents.web.words import Mark

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

#: Seconds between two questions of the bell.
SECONDS = 15
AT_MOST = 100

WAITS = Mark("checks", lazy_gettext("A text waits for approval"), "seal")
SOON = Mark("hourglass-low", lazy_gettext("Deadline is near"), "soon")
PROMISED = Mark("calendar-check", lazy_gettext("Promised"), "soon")
BROKEN = Mark("alert-circle", lazy_gettext("Promise broken"), "late")
LATE = Mark("alert-circle", lazy_gettext("Overdue"), "late")
DONE = Mark("circle-check", lazy_gettext("Settled"), "fine")
NEWS = {
    About.MENTION: Mark("note", lazy_gettext("You are named in a note")),
    About.MENDED: Mark("pencil", lazy_gettext("The approver changed your text")),
    About.ASKED: Mark("building-community", lazy_gettext("Your part is asked for"), "soon"),
    About.GIVEN: Mark("file-text", lazy_gettext("The part you asked for is given"), "fine"),
    About.ASSIGNED: Mark("inbox", lazy_gettext("Came to your department"), "new"),
    About.HANDED: Mark("user-check", lazy_gettext("Given to you"), "new"),
    About.SENT_BACK: Mark("arrow-back-up", lazy_gettext("Your text came back"), "soon"),
    About.DONE: Mark("star", lazy_gettext("Done: it was under your control"), "fine"),
}
LEVELS = {
    Level.RESPONDER: lazy_gettext("to the responder"),
    Level.HEAD: lazy_gettext("to the head of department"),
    Level.DEPUTY: lazy_gettext("to the deputy head of the city"),
    Level.MANAGER: lazy_gettext("to the managers"),
    Level.PRESS: lazy_gettext("to the press sector"),
}


@dataclass(frozen=True)
class Row:
    """One alarm of the list. `has_card` is false where the appeal went to another department since."""

    id: int
    number: int
    mark: Mark
    due_at: datetime | None
    happened_at: datetime
    #: As what the person is told of an alarm; of news, who they come from.
    level: Any
    instead_of: Any
    absent: str
    is_seen: bool
    has_card: bool


@blueprint.get("")
def page() -> str:
    shown = rows()
    # What came after these were read stays new.
    return render_template("notices/page.html", rows=shown, until=max((each.id for each in shown), default=0))


@blueprint.get("/changes")
def changes() -> Response:
    """The figure of the bell, and with `list` the list itself; 304 while the tag is the one that the page has."""
    fresh = noticing.unseen(current.session(), current.person().id)
    body = render_template("notices/_list.html", rows=rows(), until=fresh.newest) if request.args.get("list") else ""
    said = ngettext("%(num)d new alarm", "%(num)d new alarms", fresh.number)
    etag = sha256(repr((fresh, said, body)).encode()).hexdigest()[:20]
    if request.if_none_match.contains(etag):
        return Response(status=304, headers={"ETag": f'"{etag}"', "Cache-Control": "no-cache"})
    response = make_response(render_template("notices/changes.html", fresh=fresh, said=said, body=body))
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.post("/seen")
def see_all() -> Response:
    """All that the page showed; what came since stays new."""
    until = request.form.get("until", type=addresses.number) or 0
    noticing.see(current.session(), current.person(), now=current.now(), until=min(until, 2**62))
    current.session().commit()
    return redirect(url_for("notices.page"), 303)


@blueprint.post("/<int:notice_id>/seen")
def see_one(notice_id: int) -> Response:
    session, person = current.session(), current.person()
    notice = session.get(Notice, notice_id)
    if notice is None or notice.person_id != person.id:
        abort(404)
    noticing.see(session, person, now=current.now(), notice_id=notice_id)
    session.commit()
    return redirect(url_for("notices.page"), 303)


@blueprint.app_context_processor
def _for_the_frame() -> dict[str, int]:
    return {"bell_seconds": SECONDS}


def for_navigation(person: Person, today: date) -> Select[int, int | None] | None:
    """The figure behind the bell, and the newest of what it tells."""
    return noticing.unseen_by(person.id) if access.may(person.role, "notices.page") else None


@cache
def _ours() -> Any:
    """The question for one's notices; written once, asked by everybody."""
    absent, colleague = aliased(Person), aliased(Person)
    return (
        select(Notice, Appeal.department_id, Appeal.next_due_at, absent.name, colleague.name)
        .options(joinedload(Notice.alarm))
        .join(Appeal, Appeal.number == Notice.appeal_number)
        .outerjoin(absent, absent.id == Notice.stands_in_for)
        .outerjoin(colleague, colleague.id == Notice.by_id)
        .where(Notice.person_id == bindparam("me"))
        .order_by(Notice.seen_at.is_not(None), Notice.id.desc())
        .limit(AT_MOST)
    )


def rows() -> list[Row]:
    """The person's notices: the new ones first, each group by age. A fixed number of questions, however many there are."""
    session, person = current.session(), current.person()
    found = session.execute(_ours(), {"me": person.id}).all()
    if not found:
        return []
    done = gathering.settled(session, [notice.alarm for notice, *_ in found if notice.alarm])
    asked = involved_in(session, {notice.appeal_number for notice, *_ in found})
    return [
        _row(
            notice,
            sees(person.actor, department_id, asked.get(notice.appeal_number, frozenset())),
            done,
            absent_name or "",
            by or "",
            next_due_at if notice.about in (*ARRIVALS, About.SENT_BACK) else None,
        )
        for notice, department_id, next_due_at, absent_name, by in found
    ]


def _row(notice: Notice, has_card: bool, done: set[int], absent: str, by: str, next_due_at: datetime | None) -> Row:
    alarm = notice.alarm
    if alarm is None:
        mark, due_at, happened_at, told_as = NEWS[notice.about], next_due_at, notice.created_at, by
    else:
        mark = _mark(alarm, alarm.id in done)
        due_at, happened_at, told_as = alarm.due_at, alarm.happens_at, LEVELS[notice.level]
    instead_of = LEVELS[Level(notice.instead_of)] if notice.instead_of else ""
    is_seen = notice.seen_at is not None
    return Row(
        notice.id, notice.appeal_number, mark, due_at, happened_at, told_as, instead_of, absent, is_seen, has_card
    )


def _mark(alarm: Alarm, is_settled: bool) -> Mark:
    if is_settled:
        return DONE
    is_promise = alarm.step.startswith(promise_clock.PREFIX)
    if current.now() > alarm.due_at:
        return BROKEN if is_promise else LATE
    if is_promise:
        return PROMISED
    return WAITS if alarm.step.startswith(silence.PREFIX) else SOON
