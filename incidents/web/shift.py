"""The shift, `/shift`: what is mine and how long it has, what waits for whom, what was promised, what this shift did, and
the note to the next one. Printed, it is one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import and_, func, literal_column, select
from sqlalchemy.orm import Session, contains_eager, joinedload
from werkzeug.wrappers import Response

from incidents.flow import routing, shifts
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.records.promises import IS_OWED, Promise
from incidents.rules.acts import PARTLY, Refused, Status
from incidents.statistics import measures
from incidents.web import current, display, filters, promise_rows, queue_counts, queue_rows, refusals, undo
from incidents.web.appeal_acts import number_of

blueprint = Blueprint("shift", __name__, url_prefix="/shift")

#: As much as one printed page holds.
MOST_MINE, MOST_WAITING, MOST_PROMISED = 20, 12, 10
#: What is promised further ahead is not this shift's worry.
PROMISED_WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class Owed:
    """One promise that is still owed."""

    number: int
    due_on: date
    department: str
    is_past: bool
    #: The sentence that gave it.
    words: str


@dataclass(frozen=True)
class Waiting:
    """One appeal whose next step is somebody else's: whose, and since when, as far as that is known."""

    number: int
    beginning: str
    whom: str
    since: datetime | None


@dataclass(frozen=True)
class Done:
    """What this shift saw and did, by the definitions of `measures`."""

    received: int
    answered: int
    in_time: int


@blueprint.get("")
def page() -> str:
    return _draw()


@blueprint.post("/note")
def note() -> Response | tuple[str, int]:
    try:
        shifts.write(current.session(), current.person(), request.form.get("text", ""), now=current.now())
        current.session().commit()
    except Refused as refused:
        current.session().rollback()
        return _draw("note", refusals.sentence(refused)), refusals.status_code(refused)
    flash(gettext("The note waits for the next shift"), "success")
    return redirect(url_for("shift.page"), 303)


@blueprint.post("/handover")
def hand_over() -> Response | tuple[str, int]:
    """All of one's open appeals to one colleague, each through the gate."""
    session, person = current.session(), current.person()
    to = next((each for each in shifts.colleagues(session, person) if each.id == number_of("to")), None)
    if to is None:
        refused = Refused("choose_colleague")
        return _draw("to", refusals.sentence(refused)), refusals.status_code(refused)
    mine = select(Appeal.number).where(measures.IS_OPEN, Appeal.assignee_id == person.id, *filters.visible(person))
    numbers = list(session.scalars(mine.order_by(Appeal.number)))

    def hand(appeal: Appeal) -> None:
        routing.hand(session, appeal, to, person.actor, now=current.now(), reason=request.form.get("reason"))

    done, not_done = undo.one_by_one(numbers, hand)
    if done:
        told = ngettext(
            "Handed to %(name)s: %(num)d appeal", "Handed to %(name)s: %(num)d appeals", len(done), name=to.name
        )
        undo.offer(told, done)
    undo.tell_refused(not_done)
    return redirect(url_for("shift.page"), 303)


def _draw(wrong: str = "", sentence: str = "") -> str:
    session, person, now = current.session(), current.person(), current.now()
    known = shifts.notes(session, person, now=now)
    midnight = now.astimezone(current.settings().town_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = shifts.began_at(person, known, midnight, now=now)
    held, of_mine = _mine(session, person, now)
    waiting, of_waiting = _waiting(session, person)
    promised, of_promised = _promised(session, person, now)
    return render_template(
        "shift/page.html",
        notes=known,
        since=since,
        is_since_midnight=since == midnight,
        held=held,
        of_mine=of_mine,
        waiting=waiting,
        of_waiting=of_waiting,
        promised=promised,
        of_promised=of_promised,
        done=_done(session, person, since, now),
        colleagues=shifts.colleagues(session, person),
        wrong=wrong,
        sentence=sentence,
        typed=request.form,
    )


def _mine(session: Session, person: Person, now: datetime) -> tuple[Sequence[queue_rows.Row], int]:
    """The most pressing of one's own, and how many there are."""
    zone = current.settings().town_zone
    seen = queue_counts.read(session, person, filters.Filter(mine="1"), now, zone, most=MOST_MINE)
    rows = queue_rows.these(session, [each.number for each in seen.first], now)
    return rows, seen.in_list.open if seen.in_list else 0


def _waiting(session: Session, person: Person) -> tuple[Sequence[Waiting], int]:
    """What of one's own waits for somebody else, the longest first, and how much of it there is."""
    waits = Appeal.status.in_([*sorted(PARTLY), Status.ON_APPROVAL, Status.PUBLISHING])
    where = (measures.IS_OPEN, waits, Appeal.assignee_id == person.id, *filters.visible(person))
    query = (
        select(Appeal.number, Appeal.text, Appeal.status, Appeal.paused_at, Appeal.answered_at, Department.name)
        .outerjoin(Department, Appeal.department_id == Department.id)
        .where(*where)
        .order_by(func.coalesce(Appeal.paused_at, Appeal.answered_at, Appeal.received_at), Appeal.number)
        .limit(MOST_WAITING)
    )
    found = [
        Waiting(
            row.number,
            display.cut_to(" ".join(row.text.split()), 60),
            _whom(row.status, row.name),
            row.paused_at or row.answered_at,
        )
        for row in session.execute(query)
    ]
    return found, session.scalar(select(func.count()).select_from(Appeal).where(*where)) or 0


def _whom(status: Status, department: str | None) -> str:
    words: dict[Status, Any] = {
        Status.AWAITING_AUTHOR: gettext("the author"),
        Status.ON_APPROVAL: gettext("approval"),
        Status.PUBLISHING: gettext("the network"),
    }
    return str(words.get(status) or department or gettext("the press sector"))


def _promised(session: Session, person: Person, now: datetime) -> tuple[Sequence[Owed], int]:
    """What falls due soon or is broken, the earliest day first, and how much of it there is."""
    today = now.astimezone(current.settings().town_zone).date()
    where = (
        literal_column(f"promises.{IS_OWED}"),
        Promise.due_on <= today + PROMISED_WITHIN,
        *filters.visible(person),
    )
    query = (
        select(Promise)
        .join(Promise.appeal)
        .where(*where)
        .options(contains_eager(Promise.appeal), joinedload(Promise.answer), joinedload(Promise.department))
        .order_by(Promise.due_on, Promise.appeal_number)
        .limit(MOST_PROMISED)
    )
    found = [
        Owed(
            each.appeal_number,
            each.due_on,
            each.department.name if each.department else str(gettext("the press sector")),
            each.due_on < today,
            display.cut_to(promise_rows.describe(each, today).quoted, 90),
        )
        for each in session.scalars(query)
    ]
    counted = select(func.count()).select_from(Promise).join(Appeal, Promise.appeal_number == Appeal.number)
    return found, session.scalar(counted.where(*where)) or 0


def _done(session: Session, person: Person, since: datetime, now: datetime) -> Done:
    """Two questions, each with an index of its own: what came in, and what was answered."""
    seen = filters.visible(person, is_history=True)
    came = select(func.count()).where(
        Appeal.received_at >= since, measures.condition("received", now, every_kind=True), *seen
    )
    in_time = measures.tally(measures.condition("in_time", now, every_kind=True))
    given = select(func.count(), in_time).where(
        and_(Appeal.answered_at >= since, measures.condition("answered", now, every_kind=True)), *seen
    )
    answered, punctual = session.execute(given).one()
    return Done(session.scalar(came) or 0, answered, punctual)
