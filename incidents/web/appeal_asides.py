"""What colleagues do beside an answer, on its card: notes, personal control, the address, duplicates.

Each function is one act of `appeal.ACTS`, as in `appeal_acts`.
"""

from flask import request
from flask_babel import gettext

from incidents.flow import controlling, duplicates, locating, noting
from incidents.records.appeals import Appeal
from incidents.rules.acts import Refused
from incidents.web import card, current
from incidents.web.appeal_acts import number_of


def note(appeal: Appeal) -> str:
    """Words for colleagues; who is named, or chosen beside them, is told."""
    to = [int(each) for each in request.form.getlist("to") if each.isdecimal() and len(each) <= 9]
    noted = noting.note(
        current.session(), appeal, current.person(), request.form.get("note", ""), now=current.now(), to=to
    )
    if noted.told:
        return str(gettext("Noted, and told to: %(names)s", names=", ".join(noted.told)))
    return str(gettext("Noted"))


def control(appeal: Appeal) -> str:
    controlling.control(
        current.session(),
        appeal,
        current.person(),
        now=current.now(),
        comment=request.form.get("comment", ""),
    )
    return str(gettext("№ %(number)s is under your control: you are told when it is done", number=appeal.number))


def release(appeal: Appeal) -> str:
    controlling.release(
        current.session(), appeal, current.person(), now=current.now(), whose=number_of("whose") or None
    )
    return str(gettext("№ %(number)s is out of control", number=appeal.number))


def address(appeal: Appeal) -> str:
    locating.locate(
        current.session(),
        appeal,
        current.person(),
        request.form.get("address", ""),
        now=current.now(),
        seen_version=number_of("version"),
    )
    return str(gettext("Address: %(address)s", address=appeal.address) if appeal.address else gettext("No address"))


def duplicate(appeal: Appeal) -> str:
    """It asks the same as another one: linked, or (`without`) put away without an answer of its own."""
    number = number_of("main") or 0
    main = current.session().get(Appeal, number) if number else None
    seen, session, person, now = number_of("version"), current.session(), current.person(), current.now()
    if request.form.get("way") == "without":
        duplicates.put_away(session, appeal, main, person, now=now, seen_version=seen)
        return str(gettext("Out of the queue as a duplicate of № %(number)s", number=number))
    duplicates.link(session, appeal, main, person, now=now, seen_version=seen)
    return str(gettext("It asks the same as № %(number)s and can be answered with the same words", number=number))


def unlinking(appeal: Appeal) -> str:
    duplicates.unlink(current.session(), appeal, current.person(), now=current.now())
    return str(gettext("It is a matter of its own"))


def same_answer(appeal: Appeal) -> str:
    """The main answer's words into the writer here; with `one` of a duplicate, from the main card."""
    meant = card.find(number_of("one") or 0) if "one" in request.form else appeal
    if meant.duplicate_of is None or (meant is not appeal and meant.duplicate_of != appeal.number):
        raise Refused("not_linked")
    duplicates.answer_alike(current.session(), meant, current.person(), now=current.now())
    return str(gettext("№ %(number)s has the same words as a draft: look and publish", number=meant.number))
