"""Reply templates, `/templates`: the town's own words, for whom they are, how they would read. Out and in as CSV: `tables`.

The press sector and the administrator write them; whoever writes answers finds them on the card (`writer`).
"""

from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from incidents.flow import templating
from incidents.flow.templating import Owner
from incidents.records import choices
from incidents.records.people import Department
from incidents.records.reply_templates import ReplyTemplate
from incidents.records.revisions import mark_of
from incidents.records.topics import Topic, TopicGroup
from incidents.rules import reply_templates
from incidents.rules.acts import Refused
from incidents.web import current, refusals

blueprint = Blueprint("reply_templates", __name__, url_prefix="/templates")

#: What a sample is filled with, so that a template can be read before there is an appeal for it.
SAMPLE = {
    "имя": "Ирина",
    "адрес": "Кирова, 40",
    "тема": "Снег и наледь",
    "отдел": "Управление ЖКХ",
    "номер": "27349",
    "срок": "18 ноября 2026",
}
#: What each place is filled with on a card.
PLACES = {
    "имя": lazy_gettext("the citizen's first name; goes without a trace where it is not known"),
    "адрес": lazy_gettext("the address"),
    "тема": lazy_gettext("the topic"),
    "отдел": lazy_gettext("the department"),
    "номер": lazy_gettext("the number of the appeal"),
    "срок": lazy_gettext("the day of the deadline"),
    "город": lazy_gettext("the name of the town"),
    "подпись": lazy_gettext("the signature of the town's answers"),
}


@blueprint.get("")
def page() -> str:
    is_archive = request.args.get("archived") == "1"
    rows = templating.listed(current.session(), archived=is_archive)
    return render_template("reply_templates/page.html", rows=rows, is_archive=is_archive)


@blueprint.get("/new")
def blank() -> Response:
    return _show(None)


@blueprint.post("")
def add() -> AnyResponse:
    try:
        templating.add(
            current.session(),
            current.person(),
            request.form.get("name", ""),
            request.form.get("text", ""),
            _owner(),
            now=current.now(),
        )
        current.session().commit()
    except Refused as refused:
        current.session().rollback()
        return _show(None, refused)
    flash(gettext("Saved. It stands in the list of whoever writes an answer."), "success")
    return redirect(url_for("reply_templates.page"), 303)


@blueprint.get("/<int:template_id>")
def one(template_id: int) -> Response:
    return _show(_find(template_id))


@blueprint.post("/<int:template_id>")
def change(template_id: int) -> AnyResponse:
    template = _find(template_id)
    if "preview" in request.form:
        return _show(template)
    try:
        templating.change(
            current.session(),
            template,
            current.person(),
            request.form.get("name", ""),
            request.form.get("text", ""),
            _owner(),
            now=current.now(),
            seen=request.form.get("version", type=int),
        )
        current.session().commit()
    except Refused as refused:
        current.session().rollback()
        return _show(_find(template_id), refused)
    flash(gettext("Saved. Answers that are being written keep their text."), "success")
    return redirect(url_for("reply_templates.page"), 303)


@blueprint.post("/<int:template_id>/archive")
def archive(template_id: int) -> AnyResponse:
    """Out of use, or back into it: nothing is deleted."""
    template, is_active = _find(template_id), "back" in request.form
    templating.archive(current.session(), template, current.person(), now=current.now(), is_active=is_active)
    current.session().commit()
    flash(
        gettext("“%(name)s” is in use again", name=template.name)
        if is_active
        else gettext("“%(name)s” is archived", name=template.name),
        "success",
    )
    return redirect(url_for("reply_templates.page"), 303)


def _show(template: ReplyTemplate | None, refused: Refused | None = None) -> Response:
    """The form, with what was typed where it was sent already, and how the text would read."""
    session = current.session()
    typed = request.form if request.method == "POST" else None
    text = typed.get("text", "") if typed is not None else template.text if template else ""
    settings = current.settings()
    filling = SAMPLE | {"город": settings.town_name, "подпись": settings.answer_signature}
    page = render_template(
        "reply_templates/one.html",
        template=template,
        name=typed.get("name", "") if typed is not None else template.name if template else "",
        text=text,
        owner=typed.get("owner", "") if typed is not None else _owner_code(template),
        sentence=refusals.sentence(refused) if refused else "",
        filled=reply_templates.fill(text, filling),
        fillings=PLACES,
        owners=_owners,
        mark=mark_of(session, "departments", "topic_groups", "topics"),
        versions=templating.versions(session, template) if template else [],
    )
    return make_response(page, refusals.status_code(refused) if refused else 200)


def _owners() -> list[tuple[str, list[tuple[str, str]]]]:
    """Whose a template may be, under headings: each with its code and name."""
    session = current.session()
    groups = session.execute(
        select(TopicGroup.id, TopicGroup.name).order_by(TopicGroup.position, TopicGroup.name)
    ).all()
    topics = choices.topics_in_use(session).items()
    return [
        (gettext("A department"), [(f"department:{each.id}", each.name) for each in choices.open_departments(session)]),
        (gettext("A group of topics"), [(f"group:{id_}", name) for id_, name in groups]),
        *((group, [(f"topic:{each.id}", each.name) for each in theirs]) for group, theirs in topics),
    ]


def _owner() -> Owner:
    """`topic:7`, `group:2`, `department:5`, or nothing. Raises Refused("template_owner")."""
    kind, _, number = request.form.get("owner", "").partition(":")
    if not kind:
        return Owner()
    models: dict[str, Any] = {"topic": Topic, "group": TopicGroup, "department": Department}
    is_number = number.isdecimal() and len(number) < 10
    if kind not in models or not is_number or current.session().get(models[kind], int(number)) is None:
        raise Refused("template_owner")
    return Owner(**{f"{kind}_id": int(number)})


def _owner_code(template: ReplyTemplate | None) -> str:
    for kind in ("topic", "group", "department"):
        number = getattr(template, f"{kind}_id", None)
        if number is not None:
            return f"{kind}:{number}"
    return ""


def _find(template_id: int) -> ReplyTemplate:
    found = current.session().get(ReplyTemplate, template_id)
    if found is None:
        abort(404)
    return found
