"""The acts of those who wrote a text that waits for approval: mending it, agreeing to what was mended, publishing it
under the own name because nobody decides. As in `appeal_acts`, each function is one act of `appeal.ACTS`."""

from flask import request
from flask_babel import gettext

from incidents.flow import agreeing, silence
from incidents.records.appeals import Appeal
from incidents.web import current
from incidents.web.appeal_acts import number_of


def wording(appeal: Appeal) -> str:
    """Another wording of a handed-in text, and the word of whoever wrote it."""
    agreeing.mend(
        current.session(),
        appeal,
        current.person(),
        request.form.get("text", ""),
        now=current.now(),
        seen=number_of("answer_version") or 0,
        reread=number_of("version"),
    )
    return str(gettext("№ %(number)s: your wording is saved; its author sees what you changed", number=appeal.number))


def agreement(appeal: Appeal) -> str:
    agreeing.agree(
        current.session(), appeal, current.person(), now=current.now(), version=number_of("answer_version") or 0
    )
    return str(gettext("№ %(number)s: you stand for this wording", number=appeal.number))


def own_name(appeal: Appeal) -> str:
    silence.publish_alone(
        current.session(),
        appeal,
        current.person(),
        current.settings(),
        now=current.now(),
        version=number_of("answer_version") or 0,
        seen_version=number_of("version"),
    )
    return str(gettext("№ %(number)s: the answer goes out under your name", number=appeal.number))
