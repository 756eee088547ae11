"""Pictures that citizens attached, as we keep them: shown to who may see the appeal."""

from flask import Blueprint, Response, abort
from sqlalchemy import select
from sqlalchemy.orm import undefer

from incidents.records.appeals import Appeal, Message
from incidents.records.pictures import Picture
from incidents.web import current, filters
from incidents.web.photos import as_jpeg

blueprint = Blueprint("pictures", __name__, url_prefix="/appeals/<int:number>/pictures")


@blueprint.get("/<int:picture_id>")
def full(number: int, picture_id: int) -> Response:
    picture = _find(number, picture_id)
    return as_jpeg(picture.picture or b"", picture.digest or "")


@blueprint.get("/<int:picture_id>/small")
def small(number: int, picture_id: int) -> Response:
    picture = _find(number, picture_id)
    return as_jpeg(picture.thumbnail or b"", picture.digest or "")


def _find(number: int, picture_id: int) -> Picture:
    """The picture of an appeal that this person may see; to a stranger, and before it is here, there is none."""
    query = select(Picture).join(Message, Message.id == Picture.message_id)
    query = query.join(Appeal, Appeal.number == Message.appeal_number)
    query = query.where(Picture.id == picture_id, Picture.digest.is_not(None), Appeal.number == number)
    query = query.where(*filters.visible(current.person()))
    picture = current.session().scalar(query.options(undefer(Picture.picture), undefer(Picture.thumbnail)))
    return picture or abort(404)
