"""The decisions on a card that a law knows: putting the answer off, passing on, refusing, answering by letter, making formal.

Each function is one act of `appeal.ACTS`, as in `appeal_acts`. Days are those of the town, as they stand in the form.
"""

from datetime import date

from flask import request
from flask_babel import gettext

from incidents.flow import complying, formalising, replying
from incidents.records.appeals import Appeal
from incidents.rules.acts import Refused
from incidents.rules.norms import Kind
from incidents.web import current
from incidents.web.appeal_acts import number_of
from incidents.web.moments import day_words


def extension(appeal: Appeal) -> str:
    """By a number of days, or, for the press, to the day that the notice names."""
    session, by, now = current.session(), current.person().actor, current.now()
    notice_on, reason, seen = _day("notice_on"), request.form.get("reason", ""), number_of("version")
    if Kind(appeal.kind) is Kind.MEDIA:
        until = complying.put_off(
            session, appeal, by, now=now, until=_day("until"), notice_on=notice_on, reason=reason, seen_version=seen
        )
    else:
        days = number_of("days") or 0
        until = complying.extend(
            session, appeal, by, now=now, days=days, notice_on=notice_on, reason=reason, seen_version=seen
        )
    return str(gettext("Put off: the answer is due by %(day)s", day=day_words(until)))


def forwarding(appeal: Appeal) -> str:
    complying.forward(
        current.session(),
        appeal,
        current.person().actor,
        now=current.now(),
        on=_day("on"),
        notice_on=_day("notice_on") if request.form.get("notice_on") else None,
        whom=request.form.get("whom", ""),
        seen_version=number_of("version"),
    )
    return str(gettext("№ %(number)s was passed on; its term no longer counts here", number=appeal.number))


def refusal(appeal: Appeal) -> str:
    replying.refuse_request(
        current.session(),
        appeal,
        current.person().actor,
        now=current.now(),
        notice_on=_day("notice_on"),
        reason=request.form.get("reason", ""),
        seen_version=number_of("version"),
    )
    return str(gettext("The refusal is recorded as the answer"))


def reply(appeal: Appeal) -> str:
    replying.record_reply(
        current.session(),
        appeal,
        current.person().actor,
        now=current.now(),
        on=_day("on"),
        number=request.form.get("letter", ""),
        seen_version=number_of("version"),
    )
    return str(gettext("The answer is recorded"))


def formal(appeal: Appeal) -> str:
    """A formal appeal that the author really filed, or only the record that he was told where to file one."""
    session, by, now = current.session(), current.person().actor, current.now()
    chosen = request.form.get("formal", "")
    if chosen == "told":
        formalising.tell_where_to_file(session, appeal, by, now=now, on=_day("told_on"))
        return str(gettext("Recorded: the author was told where to file. No formal appeal was made."))
    if chosen != "filed":
        raise Refused("choose_formal")
    made = formalising.formalise(
        session,
        appeal,
        by,
        current.settings(),
        now=now,
        filed_on=_day("filed_on"),
        registered_on=_day("registered_on"),
        number=request.form.get("document", ""),
    )
    return str(
        gettext("Formal appeal № %(number)s was made. This one still wants its public answer.", number=made.number)
    )


def _day(field: str) -> date:
    try:
        return date.fromisoformat(request.form.get(field, ""))
    except ValueError:
        raise Refused("bad_day") from None
