"""Acts from the queue's own rows: on one appeal by its button, on many by their ticks; each can be taken back (`undo`).

`POST /queue/acts` does what its one form asks: `accept`, `take` (a row's button: number and version), or `act` with the
ticked `n`. An act that needs a choice (department, topic, reason) answers with the question as a page of its own, which
queue.js shows as a dialog.
"""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from incidents.flow import approving, classifying, routing
from incidents.records import choices
from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.acts import Refused, Reject, Role
from incidents.web import access, current, refusals, story, undo
from incidents.web.appeal_acts import number_of

blueprint = Blueprint("queue_acts", __name__, url_prefix="/queue/acts")

#: More at once is no decision about each of them.
MOST = 200

Do = Callable[[Appeal], None]
#: number -> version seen.
Chosen = Mapping[int, int]


@blueprint.post("")
def act() -> Response | str | tuple[str, int]:
    for single in ("accept", "take"):
        if written := request.form.get(single):
            return _single(single, written)
    what = request.form.get("act", "")
    chosen = _chosen()
    try:
        if not chosen:
            raise Refused("none_selected")
        if len(chosen) > MOST:
            raise Refused("too_many_selected", most=MOST)
        if _is_question(what):
            return _ask(what, chosen)
        done, words_of = _prepare(what, chosen)
    except Refused as refused:
        return _ask(what, chosen, refusals.sentence(refused)), refusals.status_code(refused)
    return _do(list(chosen), done, words_of)


def _single(what: str, written: str) -> Response:
    """One row's own button: `27349-3` takes, `27349-3-16` accepts topic 16 and its department."""
    parts = [int(part) for part in written.split("-") if part.isascii() and part.isdecimal() and len(part) <= 18]
    if len(parts) < 2:
        return redirect(_back(), 303)
    number, version = parts[:2]
    if what == "take":
        return _do([number], _take({number: version}), lambda _: str(gettext("You work on it now")))
    topic = current.session().get(Topic, parts[2]) if len(parts) == 3 else None
    if topic is None or topic.department is None:
        return redirect(_back(), 303)
    told = gettext("Topic: %(name)s. Given to: %(department)s", name=topic.name, department=topic.department.name)
    return _do([number], _accept(topic, version), lambda _: str(told))


def _do(numbers: Sequence[int], act: Do, words_of: Callable[[int], str]) -> Response:
    done, refused = undo.one_by_one(numbers, act)
    if done:
        undo.offer(words_of(len(done)), done)
    undo.tell_refused(refused)
    return redirect(_back(), 303)


def _prepare(what: str, chosen: Chosen) -> tuple[Do, Callable[[int], str]]:
    """What is done to each, and how it is told of so many. Raises Refused where the choice is missing."""
    if what == "take":
        return _take(chosen), lambda n: ngettext("Taken: %(num)d appeal", "Taken: %(num)d appeals", n)
    if what == "assign":
        department = current.session().get(Department, number_of("department") or 0)
        if department is None:
            raise Refused("choose_department")
        return _assign(chosen, department), lambda n: ngettext(
            "Given to %(name)s: %(num)d appeal", "Given to %(name)s: %(num)d appeals", n, name=department.name
        )
    if what == "topic":
        topic = current.session().get(Topic, number_of("topic") or 0)
        if topic is None or not topic.is_active:
            raise Refused("choose_topic")
        return _classify(chosen, topic), lambda n: ngettext(
            "Topic “%(name)s”: %(num)d appeal", "Topic “%(name)s”: %(num)d appeals", n, name=topic.name
        )
    why = request.form.get("why", "")
    if why not in set(Reject):
        raise Refused("choose_reject")
    return _reject(chosen, Reject(why)), lambda n: ngettext(
        "Not incidents: %(num)d appeal", "Not incidents: %(num)d appeals", n
    )


def _take(chosen: Chosen) -> Do:
    def take(appeal: Appeal) -> None:
        routing.take(current.session(), appeal, current.person(), now=current.now(), seen_version=chosen[appeal.number])

    return take


def _assign(chosen: Chosen, department: Department) -> Do:
    reason = request.form.get("reason")

    def assign(appeal: Appeal) -> None:
        routing.assign(
            current.session(),
            appeal,
            department,
            current.person().actor,
            now=current.now(),
            reason=reason,
            seen_version=chosen[appeal.number],
        )

    return assign


def _classify(chosen: Chosen, topic: Topic) -> Do:
    def classify(appeal: Appeal) -> None:
        # Asked before anything changes: choosing the norm anew reads, and so writes the topic and moves the version on.
        if appeal.version != chosen[appeal.number]:
            raise Refused("changed_meanwhile", number=appeal.number)
        classifying.classify(current.session(), appeal, topic, current.person().actor, now=current.now())

    return classify


def _reject(chosen: Chosen, why: Reject) -> Do:
    note = request.form.get("note", "")

    def reject(appeal: Appeal) -> None:
        approving.reject(
            current.session(),
            appeal,
            current.person(),
            why,
            now=current.now(),
            note=note,
            seen_version=chosen[appeal.number],
        )

    return reject


def _accept(topic: Topic, version: int) -> Do:
    def accept(appeal: Appeal) -> None:
        session, by = current.session(), current.person().actor
        classifying.accept(session, appeal, topic, by, now=current.now(), seen_version=version)

    return accept


def _chosen() -> dict[int, int]:
    """What was ticked: `27349-3` is number and version."""
    pairs = [written.partition("-") for written in request.form.getlist("n")[: MOST + 1]]
    numbers = [(n, v) for n, _, v in pairs if n.isascii() and n.isdecimal() and v.isascii() and v.isdecimal()]
    return {int(number): int(version) for number, version in numbers if len(number) <= 18 and len(version) <= 9}


def _is_question(what: str) -> bool:
    """Whether the act still lacks its choice: the first press of the bar's button."""
    return what in ("assign", "topic", "reject") and "chosen" not in request.form


def _ask(what: str, chosen: Chosen, sentence: str = "") -> str:
    """The question of an act, with what was ticked and typed."""
    session = current.session()
    return render_template(
        "queue/acts.html",
        act=what,
        chosen=chosen,
        departments=choices.open_departments(session) if what == "assign" else (),
        topics=tuple(choices.topics_in_use(session).items()) if what == "topic" else (),
        reasons=list(story.REJECT_WORDS.items()),
        sentence=sentence,
        given=request.form,
        back=_back(),
        needs_reason=what == "assign" and _is_with_somebody(chosen),
    )


def _is_with_somebody(chosen: Chosen) -> bool:
    """Taking an appeal from a department needs a reason; giving out new ones does not."""
    query = select(Appeal.number).where(Appeal.number.in_(list(chosen)), Appeal.department_id.is_not(None)).limit(1)
    return current.person().role is Role.PRESS and current.session().scalar(query) is not None


def _back() -> str:
    return access.local_path(request.form.get("next")) or url_for("queue.page")
