"""Topics: what appeals are about, which words tell it and which department answers. The administrator changes them, the
press sector and managers read; anybody of these may try a text out. The classifier as a file: `tables`."""

from itertools import groupby

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from incidents.flow import classifying, topic_changes, topic_preview
from incidents.records.people import Department
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Refused, Role
from incidents.rules.topics import is_clear
from incidents.web import addresses, current, department_forms, departments, refusals, topic_list
from incidents.web.topic_forms import NewTopicForm, TopicForm

blueprint = Blueprint("topics", __name__, url_prefix="/topics")

PLACES = {
    "topic_name": "name",
    "topic_taken": "name",
    "group_name": "new_group",
    "group_needed": "group",
}
#: A pasted post; more would only be cut by the reader's patience.
LONGEST_SAMPLE = 5_000


@blueprint.get("")
def page() -> str:
    return _list()


@blueprint.post("/trial")
def try_out() -> str:
    """What the program would suggest for a text. It changes nothing; by POST, since a citizen's words are no address."""
    text = request.form.get("text", "")[:LONGEST_SAMPLE]
    found = classifying.suggest(current.session(), text) if text.strip() else []
    settings = current.settings()
    by_itself = settings.machine_routing and is_clear(found, settings.machine_score, settings.machine_margin)
    return _list(sample=text, found=found, by_itself=by_itself)


@blueprint.get("/new")
def blank() -> str:
    return render_template("topics/new.html", form=NewTopicForm().offer())


@blueprint.post("")
def add() -> Response:
    form, session = NewTopicForm().offer(), current.session()
    if not form.validate():
        return make_response(render_template("topics/new.html", form=form), 422)
    try:
        topic = topic_changes.add_topic(
            session, form.chosen_group(), form.name.data or "", current.person().actor, now=current.now()
        )
    except Refused as refused:
        session.rollback()
        status = refusals.beside(form, refused, PLACES)
        return make_response(render_template("topics/new.html", form=form), status)
    session.commit()
    flash(gettext("The topic is added. Now say which words tell it and who answers."), "success")
    return redirect(url_for("topics.one", topic_id=topic.id), 303)


@blueprint.get("/<int:topic_id>")
def one(topic_id: int) -> Response:
    topic = _topic(topic_id)
    form = TopicForm(
        name=topic.name,
        department=str(topic.department_id or ""),
        keywords="\n".join(topic.keywords),
        hint=topic.hint,
        confused_with=topic.confused_with,
        needs_click=topic.needs_click,
        is_fast_track=topic.is_fast_track,
        is_active=topic.is_active,
    )
    return _show(form, topic)


@blueprint.post("/<int:topic_id>")
def change(topic_id: int) -> Response:
    topic = _topic(topic_id)
    form = TopicForm().offer(topic)
    if not form.validate():
        return _show(form, topic, 422)
    chosen = int(form.department.data) if form.department.data else None
    if "preview" in request.form:
        return _show(form, topic, preview=_preview(form, topic, chosen))
    session, by = current.session(), current.person().actor
    try:
        topic_changes.change_topic(
            session,
            topic,
            by,
            now=current.now(),
            name=form.name.data or "",
            department=departments.department_of(chosen) if chosen else None,
            keywords=_keywords(form),
            hint=form.hint.data or "",
            confused_with=form.confused_with.data or "",
            needs_click=form.needs_click.data,
            is_fast_track=form.is_fast_track.data,
            is_active=form.is_active.data,
        )
        if form.group.data:
            topic_changes.move_topic(
                session, topic, session.get_one(TopicGroup, int(form.group.data)), by, now=current.now()
            )
    except Refused as refused:
        current.session().rollback()
        return _show(form, topic, refusals.beside(form, refused, PLACES))
    current.session().commit()
    flash(gettext("Saved. The next appeal is matched by it."), "success")
    return redirect(url_for("topics.page", _anchor=f"topic-{topic.id}"), 303)


@blueprint.post("/<int:topic_id>/merging")
def merge(topic_id: int) -> Response:
    topic, chosen = _topic(topic_id), request.form.get("into", type=addresses.number)
    try:
        if not chosen:
            raise Refused("choose_topic")
        into = _topic(chosen)
        topic_changes.merge(current.session(), topic, into, current.person().actor, now=current.now())
    except Refused as refused:
        current.session().rollback()
        flash(refusals.sentence(refused), "warning")
        return redirect(url_for("topics.one", topic_id=topic.id), 303)
    current.session().commit()
    flash(gettext("“%(one)s” is now part of “%(other)s”.", one=topic.name, other=into.name), "success")
    return redirect(url_for("topics.one", topic_id=into.id), 303)


def _preview(form: TopicForm, topic: Topic, department_id: int | None) -> topic_preview.Preview:
    settings = current.settings()
    return topic_preview.preview(
        current.session(),
        topic,
        keywords=topic_changes.cleaned(_keywords(form)),
        department_id=department_id,
        needs_click=form.needs_click.data,
        is_active=form.is_active.data,
        score=settings.machine_score,
        margin=settings.machine_margin,
    )


def _keywords(form: TopicForm) -> list[str]:
    return (form.keywords.data or "").replace("|", "\n").splitlines()


def _list(**trial: object) -> str:
    """The page with all topics in their groups, narrowed by department, words or state."""
    session = current.session()
    chosen, words = request.args.get("department", type=addresses.number), request.args.get("words", "").strip()
    topics = topic_list.read(session)
    shown = [topic for topic in topics.values() if topic.fits(chosen, words)]
    return render_template(
        "topics/page.html",
        groups=tuple((group, tuple(each)) for group, each in groupby(shown, key=lambda topic: topic.group)),
        number=len(shown),
        everything=len(topics),
        by_id=topics,
        chosen=chosen,
        words=words,
        departments=department_forms.open_departments(),
        may_change=current.person().role is Role.ADMIN,
        **trial,
    )


def _topic(topic_id: int) -> Topic:
    return current.session().get(Topic, topic_id) or abort(404)


def _show(form: TopicForm, topic: Topic, status: int = 200, preview: topic_preview.Preview | None = None) -> Response:
    form.offer(topic)
    session = current.session()
    others = session.execute(
        select(Topic.id, Topic.name, TopicGroup.name).join(Topic.group).order_by(TopicGroup.position, Topic.name)
    ).all()
    body = render_template(
        "topics/one.html",
        form=form,
        topic=topic,
        shared=_shared_words(topic) if topic.keywords else {},
        preview=preview,
        others=[each for each in others if each[0] != topic.id],
        names={number: name for number, name, _ in others},
        department_names=dict(session.execute(select(Department.id, Department.name)).all()) if preview else {},
    )
    return make_response(body, status)


def _shared_words(topic: Topic) -> dict[str, int]:
    """The word beginnings of this topic that other topics name too, and how many: they weigh less."""
    others = current.session().scalars(select(Topic.keywords).where(Topic.is_active, Topic.id != topic.id))
    named: dict[str, int] = {}
    for keywords in others:
        for keyword in set(keywords) & set(topic.keywords):
            named[keyword] = named.get(keyword, 0) + 1
    return named
