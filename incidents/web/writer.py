"""What helps the writer of an answer while typing: the check as it goes, and the reply templates that fit.

The check keeps nothing. A template is put in by the browser at the cursor; without scripts it is put at the end of the
text, which is saved.
"""

from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from incidents.flow import answering, templating
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.reply_templates import InUse, ReplyTemplate
from incidents.rules import reply_templates
from incidents.rules.acts import Purpose, Refused
from incidents.web import answer_words, appeal_answers, card, current, moments
from incidents.web.appeal_acts import number_of

blueprint = Blueprint("writer", __name__, url_prefix="/appeals")


@blueprint.app_context_processor
def _for_the_card() -> dict[str, Any]:
    return {"checked": checked, "fitting_templates": fitting}


@blueprint.post("/<int:number>/check")
def check(number: int) -> Response:
    appeal = _writable(number)
    text = request.form.get("text", "")[: answering.LONGEST_TEXT * 2]
    answer = answering.current(current.session(), appeal)
    response = make_response(render_template("appeal/_check.html", check=checked(appeal, text, answer)))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<int:number>/templates")
def templates(number: int) -> Response:
    appeal = _writable(number)
    response = make_response(render_template("appeal/_templates.html", appeal=appeal, choices=fitting(appeal)))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<int:number>/template")
def template(number: int) -> AnyResponse:
    """A template is used: the browser has put it in already and only tells; without scripts it is put at the end here."""
    appeal = _writable(number)
    chosen = current.session().get(ReplyTemplate, number_of("template") or 0)
    if chosen is None or not chosen.is_active:
        return card.refuse(number, "answer", Refused("choose_template"))
    templating.use(current.session(), chosen)
    if "HX-Request" in request.headers:
        current.session().commit()
        return Response(status=204)
    written = request.form.get("text", "").rstrip()
    text = "\n\n".join(filter(None, [written, reply_templates.fill(chosen.text, values(appeal))]))
    try:
        appeal_answers.save(appeal, text)
        current.session().commit()
    except Refused as refused:
        current.session().rollback()
        return card.refuse(number, "answer", refused)
    flash(gettext("The template stands in the text"), "success")
    return redirect(url_for("appeal.page", number=number, _anchor="answer"), 303)


def checked(appeal: Appeal, text: str, answer: Answer | None) -> answer_words.Check:
    """The check of a text for this appeal, with what the form says of its purpose and of the days it has shown."""
    written = request.form.get("purpose", "")
    known = answer.purpose if answer else Purpose.FINAL
    purpose = Purpose(written) if written in set(Purpose) else known
    return answer_words.check(appeal, text, answer, purpose, appeal_answers.followed())


def fitting(appeal: Appeal) -> list[tuple[InUse, str]]:
    """The templates that may be used here, the best fitting first, each filled for this appeal."""
    group = appeal.topic.group_id if appeal.topic else None
    of_appeal = (appeal.topic_id, group, appeal.department_id)
    filling = values(appeal)
    return [
        (each, reply_templates.fill(each.text, filling)) for each in templating.fitting(current.session(), of_appeal)
    ]


def values(appeal: Appeal) -> dict[str, str]:
    """What the places of a template are filled with."""
    zone, due_at = current.settings().town_zone, appeal.next_due_at
    return {
        "имя": reply_templates.first_name(appeal.author.name) if appeal.author else "",
        "адрес": appeal.address or "",
        "тема": appeal.topic.name if appeal.topic else "",
        "отдел": appeal.department.name if appeal.department else "",
        "номер": str(appeal.number),
        "срок": moments.day_words(due_at.astimezone(zone).date()) if due_at else "",
        "город": current.settings().town_name,
        "подпись": current.settings().answer_signature,
    }


def _writable(number: int) -> Appeal:
    """The appeal among those this person may see, if the person may write its answer."""
    appeal = card.find(number)
    if not answering.may_write(current.person(), appeal):
        abort(404)
    return appeal
