"""Photos of ours on an appeal: put there, shown to who may see the appeal, taken away. The pictures lie in the database."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from incidents.flow import attaching, cleaning
from incidents.flow.cleaning import Cleaned
from incidents.records.appeals import Appeal
from incidents.records.parts import Photo, PhotoKind
from incidents.rules.acts import Act, Refused
from incidents.web import card, current, filters
from incidents.web.card_reading import Card

blueprint = Blueprint("photos", __name__, url_prefix="/appeals/<int:number>/photos")

#: Photos taken from one form.
MOST_AT_ONCE = 6


@blueprint.post("")
def add(number: int) -> AnyResponse:
    appeal = card.find(number)
    if Act.ATTACH not in Card(appeal).acts:
        abort(404)
    given = [file for file in request.files.getlist("photos") if file.filename]
    written = request.form.get("kind", "")
    kind = PhotoKind(written) if written in set(PhotoKind) else PhotoKind.OTHER
    session = current.session()
    try:
        for picture in _cleaned(_read(given)[:MOST_AT_ONCE]):
            attaching.attach(session, appeal, current.person(), picture, kind, now=current.now())
    except Refused as refused:
        session.rollback()
        return card.refuse(number, "photos", refused)
    session.commit()
    flash(ngettext("%(num)d photo is there", "%(num)d photos are there", len(given[:MOST_AT_ONCE])), "success")
    if len(given) > MOST_AT_ONCE:
        flash(gettext("Only the first %(most)s were taken: add the others once more.", most=MOST_AT_ONCE), "warning")
    return redirect(url_for("appeal.page", number=number) + "#photos", 303)


@blueprint.get("/<int:photo_id>")
def full(number: int, photo_id: int) -> Response:
    photo = _find(number, photo_id)
    return as_jpeg(photo.picture, photo.digest)


@blueprint.get("/<int:photo_id>/small")
def small(number: int, photo_id: int) -> Response:
    photo = _find(number, photo_id)
    return as_jpeg(photo.thumbnail, photo.digest)


@blueprint.post("/<int:photo_id>/removal")
def remove(number: int, photo_id: int) -> AnyResponse:
    appeal, session = card.find(number), current.session()
    photo = session.get(Photo, photo_id)
    if photo is None or photo.appeal_number != number:
        abort(404)
    try:
        attaching.detach(session, appeal, photo, current.person(), now=current.now())
    except Refused as refused:
        session.rollback()
        return card.refuse(number, "photos", refused)
    session.commit()
    flash(gettext("The photo is taken away"), "success")
    return redirect(url_for("appeal.page", number=number) + "#photos", 303)


def as_jpeg(data: bytes, digest: str) -> Response:
    """A picture as a browser gets it: it may keep it and must ask each time, so that who lost sight of the appeal gets 404."""
    response = make_response(data)
    response.content_type = "image/jpeg"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(f"{digest[:24]}-{len(data)}")
    return response.make_conditional(request)  # type: ignore[return-value]  # the very response it was given


def _read(given: list[FileStorage]) -> list[bytes]:
    """What was sent; the files on disk that a large form is kept in are let go of."""
    found = []
    for file in given:
        found.append(file.read())
        file.close()
    return found


def _cleaned(given: list[bytes]) -> list[Cleaned]:
    """All of them are cleaned before any is kept."""
    if not given:
        raise Refused("photo_needed")
    return [cleaning.clean(each) for each in given]


def _find(number: int, photo_id: int) -> Photo:
    """The photo of an appeal that this person may see; to a stranger there is none."""
    which = select(Photo).join(Appeal, Appeal.number == Photo.appeal_number)
    which = which.where(Photo.id == photo_id, Photo.appeal_number == number, *filters.visible(current.person()))
    photo = current.session().scalar(which.options(undefer(Photo.picture), undefer(Photo.thumbnail)))
    return photo or abort(404)
