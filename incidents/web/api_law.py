"""What a document system tells of its own appeals: that an answer is put off, or that an appeal was passed on.

Each call needs a token of the scope intake and concerns appeals that this very token registered; any other is unknown to
it (404). What the law does not allow is refused with a sentence, as on the card.
"""

from typing import Any

from flask import Blueprint, abort, g
from spectree import Response as Answers
from sqlalchemy import select

from incidents.flow import complying
from incidents.records.appeals import Appeal
from incidents.rules.norms import Kind
from incidents.web import api, bearer, current, law_schemas, schemas, shapes

blueprint = Blueprint("api_law", __name__, url_prefix="/api/v1/appeals/<int:number>")

RESPONSES = {
    "HTTP_200": schemas.AppealFull,
    "HTTP_401": schemas.Problem,
    "HTTP_403": schemas.Problem,
    "HTTP_404": schemas.Problem,
    "HTTP_409": schemas.Problem,
}


@blueprint.before_request
def ask_for_token() -> None:
    g.token = bearer.ask("intake")


@blueprint.post("/extension")
@api.spec.validate(json=law_schemas.ExtensionGiven, resp=Answers(**RESPONSES))
def extension(number: int, json: law_schemas.ExtensionGiven) -> Any:
    """Put the answer off: by `days`, or, for a request of the press, to the day `until` that the notice names."""
    appeal, session, by = _own(number), current.session(), g.token.actor
    notice: dict[str, Any] = {"now": current.now(), "notice_on": json.notice_on, "reason": json.reason}
    if json.until is not None and Kind(appeal.kind) is Kind.MEDIA:
        complying.put_off(session, appeal, by, until=json.until, **notice)
    else:
        complying.extend(session, appeal, by, days=json.days or 0, **notice)
    return _told(appeal)


@blueprint.post("/forwarding")
@api.spec.validate(json=law_schemas.ForwardingGiven, resp=Answers(**RESPONSES))
def forwarding(number: int, json: law_schemas.ForwardingGiven) -> Any:
    """Pass the appeal on and close it here; `notice_on` is the day on which the author was told."""
    appeal = _own(number)
    complying.forward(
        current.session(),
        appeal,
        g.token.actor,
        now=current.now(),
        on=json.on,
        notice_on=json.notice_on,
        whom=json.whom,
    )
    return _told(appeal)


def _own(number: int) -> Appeal:
    query = select(Appeal).where(Appeal.number == number, Appeal.token_id == g.token.id).options(*shapes.LOADED)
    appeal = current.session().scalar(query)
    if appeal is None:
        abort(404)
    return appeal


def _told(appeal: Appeal) -> schemas.AppealFull:
    session = current.session()
    session.commit()
    return shapes.full(session, appeal, current.settings(), current.now())
