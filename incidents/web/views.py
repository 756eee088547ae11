"""Saved filters of the queue, `/queue/views`: saved where one filters, changed and taken away on a page of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import and_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from incidents.flow import views
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.records.views import SavedView
from incidents.rules.acts import Refused
from incidents.statistics import measures
from incidents.web import current, filters, refusals

blueprint = Blueprint("views", __name__, url_prefix="/queue/views")


@dataclass(frozen=True)
class Shown:
    """A saved view as one person sees it: `whose` is empty for one's own; no count where it asks about the history."""

    id: int
    name: str
    whose: str
    is_shared: bool
    asked: filters.Filter
    count: int | None

    @property
    def href(self) -> str:
        return url_for("queue.page", **self.asked.args())


def shown(session: Session, person: Person, now: datetime, zone: ZoneInfo) -> list[Shown]:
    """All that stand beside this person's queue, counted in one question over the open appeals this person sees."""
    kept = views.of_person(session, person)
    asked = {view.id: filters.read(view.asked) for view in kept}
    counts = _count(session, person, {id_: each for id_, each in asked.items() if not each.is_history}, now, zone)
    return [
        Shown(
            view.id,
            view.name,
            "" if view.person_id == person.id else view.person.name,
            view.is_shared,
            asked[view.id],
            counts.get(view.id),
        )
        for view in kept
    ]


def _count(
    session: Session, person: Person, asked: Mapping[int, filters.Filter], now: datetime, zone: ZoneInfo
) -> Mapping[int, int]:
    if not asked:
        return {}
    tallies = [
        measures.tally(and_(*filters.conditions(each, person, now, zone))).label(f"v{id_}")
        for id_, each in asked.items()
    ]
    query = select(*tallies).select_from(Appeal).where(measures.IS_OPEN, *filters.visible(person))
    row = session.execute(query).one()._mapping
    return {id_: row[f"v{id_}"] for id_ in asked}


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
    found: Sequence[Shown] = shown(current.session(), current.person(), current.now(), current.settings().town_zone)
    return render_template(
        "queue/views.html",
        own=[view for view in found if not view.whose],
        others=[view for view in found if view.whose],
        sentence=sentence,
        wrong=wrong,
        fresh=fresh,
        typed=request.form,
    )
