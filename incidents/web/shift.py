"""The shift, `/shift`: what is mine and how long it has, what waits for whom, what was promised, what this shift did, and
the note to the next one. Printed, it is one page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from incidents.flow import routing, shifts
from incidents.records.appeals import Appeal
from incidents.rules.acts import Refused
from incidents.statistics import measures
from incidents.web import current, filters, refusals, shift_parts, undo
from incidents.web.appeal_acts import number_of

blueprint = Blueprint("shift", __name__, url_prefix="/shift")


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
    session, person, now, zone = current.session(), current.person(), current.now(), current.settings().town_zone
    known = shifts.notes(session, person, now=now)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = shifts.began_at(person, known, midnight, now=now)
    held, of_mine = shift_parts.mine(session, person, now, zone)
    waiting, of_waiting = shift_parts.waiting(session, person)
    promised, of_promised = shift_parts.promised(session, person, now.astimezone(zone).date())
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
        done=shift_parts.done(session, person, since, now),
        # Whoever has nothing to hand over needs nobody to hand it to.
        colleagues=shifts.colleagues(session, person) if of_mine else [],
        wrong=wrong,
        sentence=sentence,
        typed=request.form,
    )
