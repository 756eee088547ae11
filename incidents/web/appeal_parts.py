"""Acts on a card between departments: asking another one for its part, excusing it, giving the substance, a colleague's turn.

Each function is one act of `appeal.ACTS`, as in `appeal_acts`.
"""

from datetime import datetime

from flask import Blueprint, request
from flask_babel import gettext

from incidents.flow import involving, routing
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.rules.acts import Refused
from incidents.web import current
from incidents.web.appeal_acts import number_of

#: Only for what the card's partials ask; it has no address of its own.
blueprint = Blueprint("appeal_parts", __name__)


def involving_another(appeal: Appeal) -> str:
    """What is asked of another department, and by when."""
    department = _department("department")
    involving.involve(
        current.session(),
        appeal,
        department,
        current.person(),
        now=current.now(),
        ask=request.form.get("ask", ""),
        due_at=_moment(request.form.get("due_at", "")),
        seen_version=number_of("version"),
    )
    return str(gettext("Asked for its part: %(name)s", name=department.name))


def excusing(appeal: Appeal) -> str:
    department = _department("department")
    involving.excuse(current.session(), appeal, department, current.person(), now=current.now())
    return str(gettext("The part is not needed any more: %(name)s", name=department.name))


def substance(appeal: Appeal) -> str:
    """What was found and done, in the department's words; not yet the text for the citizen."""
    involving.contribute(
        current.session(), appeal, current.person(), request.form.get("substance", ""), now=current.now()
    )
    return str(gettext("The substance is kept; whoever writes the answer sees it"))


def giving(appeal: Appeal) -> str:
    """A colleague's turn, or nobody's."""
    chosen = number_of("colleague")
    to = current.session().get(Person, chosen) if chosen else None
    if chosen and to is None:
        raise Refused("person_unfit", name="?")
    routing.hand(
        current.session(), appeal, to, current.person().actor, now=current.now(), seen_version=number_of("version")
    )
    return str(gettext("Given to: %(name)s", name=to.name) if to else gettext("Whoever is free takes it"))


@blueprint.app_template_global()
def colleagues_of(appeal: Appeal) -> list[Person]:
    return involving.colleagues(current.session(), appeal)


def _department(field: str) -> Department:
    department = current.session().get(Department, number_of(field) or 0)
    if department is None:
        raise Refused("choose_department")
    return department


def _moment(written: str) -> datetime | None:
    """A moment by the town's clock; none where nothing was entered."""
    if not written.strip():
        return None
    try:
        entered = datetime.fromisoformat(written)
    except ValueError:
        raise Refused("bad_time") from None
    return entered.replace(tzinfo=current.settings().town_zone) if entered.tzinfo is None else entered
