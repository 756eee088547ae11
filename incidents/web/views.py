"""Saved filters of the queue, `/queue/views`: saved where one filters, changed and taken away on a page of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from incidents.flow import views
from incidents.records.people import Person
from incidents.records.views import SavedView
from incidents.rules.acts import Refused
from incidents.web import current, filters, queue_counts, refusals

blueprint = Blueprint("views", __name__, url_prefix="/queue/views")


@dataclass(frozen=True)
class Shown:
    """A saved view as one person sees it: `whose` is empty for one's own."""

    id: int
    name: str
    whose: str
    is_shared: bool
    asked: filters.Filter

    @property
    def href(self) -> str:
        return url_for("queue.page", **self.asked.args())


def shown(session: Session, person: Person) -> list[Shown]:
    """All that stand beside this person's queue."""
    return [
        Shown(
            view.id,
            view.name,
            "" if view.person_id == person.id else view.owner,
            view.is_shared,
            filters.read(view.asked),
        )
        for view in views.of_person(session, person)
    ]


@blueprint.get("")
def page() -> str:
    return _draw()


@blueprint.post("")
def save() -> Response | tuple[str, int]:
    asked = filters.read(request.form)
    try:
        view = views.save(
            current.session(),
            current.person(),
            request.form.get("name", ""),
            asked.args(),
            now=current.now(),
            is_shared="is_shared" in request.form,
        )
        current.session().commit()
    except Refused as refused:
        current.session().rollback()
        return _draw(refusals.sentence(refused), fresh=asked), refusals.status_code(refused)
    flash(gettext("Filter “%(name)s” is saved", name=view.name), "success")
    return redirect(url_for("queue.page", **asked.args()), 303)


@blueprint.post("/<int:number>")
def change(number: int) -> Response | tuple[str, int]:
    view = _own(number)
    try:
        views.change(
            current.session(),
            view,
            current.person(),
            request.form.get("name", ""),
            is_shared="is_shared" in request.form,
        )
        current.session().commit()
    except Refused as refused:
        current.session().rollback()
        return _draw(refusals.sentence(refused), wrong=number), refusals.status_code(refused)
    flash(gettext("Saved"), "success")
    return redirect(url_for("views.page"), 303)


@blueprint.post("/<int:number>/removal")
def remove(number: int) -> Response:
    view = _own(number)
    current.session().delete(view)
    current.session().commit()
    flash(gettext("Filter “%(name)s” is gone; the appeals are where they were", name=view.name), "success")
    return redirect(url_for("views.page"), 303)


def _own(number: int) -> SavedView:
    view = current.session().get(SavedView, number)
    if view is None or view.person_id != current.person().id:
        abort(404)
    return view


def _draw(sentence: str = "", wrong: int = 0, fresh: filters.Filter | None = None) -> str:
    """The page; after a refusal with the sentence and what was typed, to be sent again."""
    session, person, zone = current.session(), current.person(), current.settings().town_zone
    found: Sequence[Shown] = shown(session, person)
    saved = {view.id: view.asked for view in found}
    return render_template(
        "queue/views.html",
        counts=queue_counts.read(session, person, filters.Filter(), current.now(), zone, saved=saved).of_views,
        own=[view for view in found if not view.whose],
        others=[view for view in found if view.whose],
        sentence=sentence,
        wrong=wrong,
        fresh=fresh,
        typed=request.form,
    )
