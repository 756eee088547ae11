"""The decisions on a card: topic, department, taking, "not ours", not an incident, restoring.

Each function is one act of `appeal.ACTS`: it reads the form, calls the verbs, and returns the sentence that is told. The
door (`appeal`) has loaded the row, and commits.
"""

from flask import request
from flask_babel import gettext

from incidents.flow import approving, classifying, routing
from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.acts import Refused, Reject
from incidents.web import current


def number_of(field: str) -> int | None:
    """A whole number of the form, or of the address where one button of a list carries two; None where there is none."""
    written = request.values.get(field, "")
    return int(written) if written.isdecimal() and len(written) <= 18 else None


def topic(appeal: Appeal) -> str:
    """Another topic; the norm is selected again, the department stays."""
    chosen = _topic("topic")
    _classify(appeal, chosen)
    return str(gettext("Topic: %(name)s", name=chosen.name))


def assignment(appeal: Appeal) -> str:
    """To a department; or, by `suggested`, the topic the program suggests and its department in one go."""
    if request.form.get("suggested"):
        return _accept(appeal)
    department = current.session().get(Department, number_of("department") or 0)
    if department is None:
        raise Refused("choose_department")
    routing.assign(
        current.session(),
        appeal,
        department,
        current.person().actor,
        now=current.now(),
        reason=request.form.get("reason"),
        seen_version=number_of("version"),
    )
    return str(gettext("Given to: %(name)s", name=department.name))


def taking(appeal: Appeal) -> str:
    routing.take(current.session(), appeal, current.person(), now=current.now(), seen_version=number_of("version"))
    return str(gettext("You work on it now"))


def give_back(appeal: Appeal) -> str:
    """ "Not ours": the reason, and whose it is if the department knows."""
    whose = number_of("whose")
    routing.give_back(
        current.session(),
        appeal,
        current.person().actor,
        now=current.now(),
        reason=request.form.get("reason", ""),
        whose=current.session().get(Department, whose) if whose else None,
        seen_version=number_of("version"),
    )
    return str(gettext("№ %(number)s went back to the press sector", number=appeal.number))


def rejection(appeal: Appeal) -> str:
    written = request.form.get("why", "")
    if written not in set(Reject):
        raise Refused("reason_needed")
    approving.reject(
        current.session(),
        appeal,
        current.person(),
        Reject(written),
        now=current.now(),
        note=request.form.get("note", ""),
        seen_version=number_of("version"),
    )
    return str(gettext("Out of the queue: not an incident. It can be taken back at any time."))


def restoration(appeal: Appeal) -> str:
    approving.restore(current.session(), appeal, current.person(), now=current.now())
    return str(gettext("Back in the queue; its clock was never stopped"))


def _accept(appeal: Appeal) -> str:
    """The suggested topic, and the way to its department while the appeal lies with nobody."""
    chosen = _topic("suggested")
    department = classifying.accept(
        current.session(), appeal, chosen, current.person().actor, now=current.now(), seen_version=number_of("version")
    )
    if department is None:
        return str(gettext("Topic: %(name)s", name=chosen.name))
    return str(gettext("Topic: %(name)s. Given to: %(department)s", name=chosen.name, department=department.name))


def _classify(appeal: Appeal, chosen: Topic) -> None:
    # Asked before anything changes: choosing the norm anew reads, and so writes the topic and moves the version on.
    seen = number_of("version")
    if seen is not None and seen != appeal.version:
        raise Refused("changed_meanwhile", number=appeal.number)
    classifying.classify(
        current.session(),
        appeal,
        chosen,
        current.person().actor,
        now=current.now(),
    )


def _topic(field: str) -> Topic:
    chosen = current.session().get(Topic, number_of(field) or 0)
    if chosen is None or not chosen.is_active:
        raise Refused("choose_topic")
    return chosen
