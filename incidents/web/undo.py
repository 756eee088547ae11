"""Taking back what was just done: the offer that a page makes after its act, and the door of the button and the key U.

A page that does something reversible: `before = undoing.look(appeal)`, the verb, commit, then `undo.offer(words,
[undoing.step(appeal, before)])` instead of `flash(words, "success")`.
"""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, redirect, request, session, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from incidents.flow import handing_over, undoing
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.records.undos import Undo
from incidents.rules.acts import Refused, Role
from incidents.web import access, current, filters, refusals, shell

blueprint = Blueprint("undo", __name__, url_prefix="/undo")

#: Of many refusals so many are told by name; the rest is counted.
MOST_TOLD = 5


def offer(words: str, steps: Sequence[undoing.Step], gone: Person | None = None) -> None:
    """Tell what was done, with a button that takes it back; nothing to take back is told plainly. `gone`: whose access
    ended with it."""
    if not steps and gone is None:
        flash(words, "success")
        return
    undo = undoing.remember(current.session(), current.person(), steps, now=current.now(), gone=gone)
    current.session().commit()
    session[shell.UNDO] = (undo.id, undo.until.timestamp())
    flash(words, f"undo {undo.id}")


def one_by_one(numbers: Sequence[int], act: Callable[[Appeal], None]) -> tuple[list[undoing.Step], dict[int, str]]:
    """Do one act to many appeals, each in a transaction of its own: what can be taken back, and why not, by number.

    One that is refused does not stop the rest; one that this person may not see is passed over as if it were not there.
    """
    done: list[undoing.Step] = []
    refused: dict[int, str] = {}
    for number in numbers:
        # The administrator leads back what he handed over, without seeing it: the numbers are of his own act.
        seen = select(Appeal).where(Appeal.number == number)
        if current.person().role is not Role.ADMIN:
            seen = seen.where(*filters.visible(current.person()))
        appeal = current.session().scalar(seen)
        if appeal is None:
            continue
        before = undoing.look(appeal)
        try:
            act(appeal)
            current.session().commit()
        except Refused as why:
            current.session().rollback()
            refused[number] = refusals.sentence(why)
        else:
            done.append(undoing.step(appeal, before))
    return done, refused


def tell_refused(refused: dict[int, str]) -> None:
    """What could not be done, and why: a line that stays."""
    if not refused:
        return
    told = [gettext("№ %(number)s: %(why)s", number=number, why=why) for number, why in refused.items()]
    rest = len(told) - MOST_TOLD
    words = ngettext("Not done: %(num)d.", "Not done: %(num)d.", len(told)) + " " + " ".join(told[:MOST_TOLD])
    flash(words + (" " + gettext("And %(rest)s more.", rest=rest) if rest > 0 else ""), "warning")


@blueprint.post("/<int:number>")
def take_back(number: int) -> Response:
    """Take back one act of one's own, appeal by appeal."""
    undo = current.session().get(Undo, number)
    if undo is None or undo.person_id != current.person().id:
        abort(404)
    session.pop(shell.UNDO, None)
    try:
        steps = {each.number: each for each in undoing.open_steps(undo, now=current.now())}
    except Refused as why:
        flash(refusals.sentence(why), "warning")
        return redirect(_back(), 303)
    undo.undone_at = current.now()
    gone = undoing.gone_with(current.session(), undo)
    if gone is not None and not gone.is_active and current.person().role is Role.ADMIN:
        handing_over.let_back(current.session(), gone, current.person().actor, now=current.now())
    current.session().commit()

    def lead_back(appeal: Appeal) -> None:
        undoing.take_back(current.session(), appeal, steps[appeal.number], current.person(), now=current.now())

    done, refused = one_by_one(list(steps), lead_back)
    if done or gone:
        flash(ngettext("Undone", "Undone: %(num)d", len(done)), "success")
    tell_refused(refused)
    return redirect(_back(), 303)


def _back() -> str:
    """Where the button stood."""
    came_from = request.referrer or ""
    own = came_from.removeprefix(request.host_url.rstrip("/")) if came_from.startswith(request.host_url) else ""
    return access.local_path(own) or url_for("home.page")
