"""The answer's acts on a card: draft, submission, agreement, approval, sending back, recording by hand, resending.

As in `appeal_acts`, each function is one act of `appeal.ACTS`. The text travels with every button of the writer, so that
what is published is what was on the screen; `answer_version` says over which wording it was typed.
"""

from datetime import date, datetime

from flask import request
from flask_babel import gettext
from sqlalchemy import select

from incidents.flow import answering, approving, promises, publishing
from incidents.flow.answering import Intent
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.rules.acts import Purpose, Refused
from incidents.web import current
from incidents.web.appeal_acts import number_of


def answer(appeal: Appeal) -> str:
    """Save the draft."""
    _save(appeal, _intent())
    return str(gettext("The draft is saved"))


def submission(appeal: Appeal) -> str:
    handed_in = answering.submit(
        current.session(),
        appeal,
        current.person(),
        request.form.get("text", ""),
        now=current.now(),
        seen=number_of("answer_version"),
        seen_version=number_of("version"),
        intent=_intent(),
    )
    promises.mark(handed_in, followed())
    return str(gettext("Handed in for approval"))


def endorsement(appeal: Appeal) -> str:
    approving.endorse(
        current.session(), appeal, current.person(), now=current.now(), version=number_of("answer_version") or 0
    )
    return str(gettext("You agreed; the press sector publishes it"))


def approval(appeal: Appeal) -> str:
    """To the outbox: the text of the form is saved first; without one (the list of approvals) the version that was read."""
    # What it is for the approver decides, without being one of its writers for that.
    version = _save(appeal, None).version if "text" in request.form else number_of("answer_version")
    approved = approving.approve(
        current.session(),
        appeal,
        current.person(),
        current.settings(),
        now=current.now(),
        version=version or 0,
        override=request.form.get("override", "").strip() or None,
        despite=request.form.get("despite", "").strip() or None,
        seen_version=number_of("version"),
        intent=_intent(),
    )
    promises.mark(approved, followed())
    return str(gettext("№ %(number)s: the answer goes out", number=appeal.number))


def return_to_writer(appeal: Appeal) -> str:
    answering.send_back(
        current.session(),
        appeal,
        current.person(),
        now=current.now(),
        reason=request.form.get("reason", ""),
        seen_version=number_of("version"),
    )
    return str(gettext("№ %(number)s is back with the writer", number=appeal.number))


def publication(appeal: Appeal) -> str:
    """A person saw the answer in the network: its link, and the time by the town's clock."""
    approving.confirm_by_hand(
        current.session(),
        appeal,
        current.person(),
        now=current.now(),
        link=request.form.get("link", "").strip(),
        at=town_time(request.form.get("at", "")),
        seen_version=number_of("version"),
        intent=_intent(),
    )
    return str(gettext("Recorded: the citizen can see the answer"))


def resending(appeal: Appeal) -> str:
    query = select(Answer).where(Answer.id == (number_of("answer") or 0), Answer.appeal_number == appeal.number)
    stopped = current.session().scalar(query)
    if stopped is None:
        raise Refused("nothing_to_resend")
    publishing.resend(current.session(), appeal, stopped, current.person(), now=current.now())
    return str(gettext("It goes out again"))


def town_time(written: str) -> datetime:
    """A moment of a form, by the town's clock. Raises Refused("bad_time")."""
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        raise Refused("bad_time") from None
    # A browser sends no zone: the people here all live by the town's clock.
    return local if local.tzinfo else local.replace(tzinfo=current.settings().town_zone)


def followed() -> dict[date, bool]:
    """Of the promised days that the form showed: which are to be followed."""
    ticked = set(request.form.getlist("promise"))
    shown = ((_day(written), written in ticked) for written in request.form.getlist("promise_shown"))
    return {day: is_followed for day, is_followed in shown if day is not None}


def save(appeal: Appeal, text: str) -> Answer:
    """Save a text that the form did not hold as it is, with what the form says of its purpose."""
    return _save(appeal, _intent(), text)


def _save(appeal: Appeal, intent: Intent | None, text: str | None = None) -> Answer:
    saved = answering.save(
        current.session(),
        appeal,
        current.person(),
        request.form.get("text", "") if text is None else text,
        now=current.now(),
        seen=number_of("answer_version"),
        intent=intent,
    )
    promises.mark(saved, followed())
    return saved


def _intent() -> Intent | None:
    """What the form says the text is for; None where it does not ask, as in the list of approvals."""
    written = request.form.get("purpose")
    if written is None:
        return None
    if written not in set(Purpose):
        raise Refused("choose_purpose")
    purpose = Purpose(written)
    return (
        Intent(purpose, _day(request.form.get("promised_on", ""))) if purpose is Purpose.DEFERRAL else Intent(purpose)
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
