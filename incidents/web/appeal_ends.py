"""The end of an appeal on its card, its return, and the author's words that come in past the networks we hear.

Each function is one act of `appeal.ACTS`, as in `appeal_acts`.
"""

from flask import request
from flask_babel import gettext

from incidents.flow import closing, intake
from incidents.flow.receiving import clean
from incidents.networks.links import BadLink, recognise
from incidents.records.appeals import Appeal
from incidents.rules.acts import Outcome, Refused
from incidents.web import current
from incidents.web.appeal_acts import number_of
from incidents.web.appeal_answers import town_time


def ending(appeal: Appeal) -> str:
    """Closed, with what came of it."""
    written = request.form.get("outcome", "")
    if written not in set(Outcome):
        raise Refused("choose_outcome")
    closing.close(
        current.session(),
        appeal,
        current.person(),
        now=current.now(),
        outcome=Outcome(written),
        reason=request.form.get("reason"),
        seen_version=number_of("version"),
    )
    return str(gettext("№ %(number)s is closed", number=appeal.number))


def reopening(appeal: Appeal) -> str:
    closing.reopen(
        current.session(),
        appeal,
        current.person(),
        now=current.now(),
        reason=request.form.get("reason", ""),
        seen_version=number_of("version"),
    )
    return str(gettext("Open again: its new term runs from now on, the first verdict stays"))


def words(appeal: Appeal) -> str:
    """What the author wrote or said where the program does not hear."""
    at, link = town_time(request.form.get("at", "")), request.form.get("link", "").strip()
    incoming = intake.Incoming(
        network=appeal.network,
        place=appeal.place,
        kind=appeal.kind,
        text=clean(request.form.get("words", "")),
        received_at=at,
        posted_at=at,
        permalink=link or None,
        object_key=_key(link),
    )
    is_counted = intake.hear_by_hand(current.session(), appeal, incoming, current.person().actor, now=current.now())
    if is_counted:
        return str(gettext("Recorded: the term for the next answer runs"))
    return str(gettext("Recorded; no new term begins"))


def _key(link: str) -> str | None:
    try:
        return recognise(link).key if link else None
    except BadLink:
        raise Refused("bad_link") from None
