"""The working calendars: the versions of the town's and of each department's own, a year of one to look at, and as a file.

Read by press and managers; what the administrator changes is `calendar_changes`.
"""

from datetime import date, datetime, timedelta

from flask import Blueprint, Response, abort, render_template, request

from incidents.flow import calendar_changes, calendars
from incidents.records import choices, revisions
from incidents.records.people import Department
from incidents.rules import calendar_file
from incidents.rules.acts import Role
from incidents.web import addresses, calendar_view, current
from incidents.web.moments import SHORT_WEEKDAYS, WEEKDAYS

blueprint = Blueprint("calendars", __name__, url_prefix="/calendars")


@blueprint.get("")
def page() -> str:
    session, zone, now = current.session(), current.settings().town_zone, current.now()
    department, year = owner(), _year()
    own = department.id if department else None
    periods = calendars.periods(session, zone, own)
    chosen = _chosen(periods)
    shown = chosen.calendar if chosen and chosen.calendar else calendars.at(session, _moment(year), zone, own)
    has_hours = any(shown.week) or bool(shown.special)
    owners = calendars.owners(session)
    return render_template(
        "calendars/page.html",
        department=department,
        departments=tuple((each.id, each.name, each.id in owners) for each in choices.open_departments(session)),
        periods=periods,
        chosen=chosen,
        calendar=shown if has_hours else None,
        follows=department is not None
        and not (chosen or any(each.is_in_force(now) and each.calendar for each in periods)),
        year=year,
        # Versions never change, so their table's mark and the one that is shown say all that is drawn of it.
        mark=(revisions.mark_of(session, "calendar_versions"), shown.version, zone.key, today().year),
        seen=calendar_view.Year(shown, year, today().year),
        may_change=current.person().role is Role.ADMIN,
        weekdays=WEEKDAYS,
        heads_of_week=list(zip(SHORT_WEEKDAYS, WEEKDAYS, strict=True)),
        view=calendar_view,
        present=now,
        last_day=last_day,
    )


@blueprint.get("/file")
def dump() -> Response:
    """The days now in force as a file that can be loaded again."""
    department = owner()
    content = calendar_changes.content_at(
        current.session(), current.now(), current.settings().town_zone, department.id if department else None
    )
    # A byte order mark: without it the office's spreadsheet shows Russian as rubbish.
    text = "\ufeff" + calendar_file.written(content.days if content else {})
    response = Response(text, mimetype="text/csv")
    name = f"calendar-{department.code + '-' if department else ''}{today():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def owner() -> Department | None:
    """The department that the address names, None for the town; 404 for one that is not there."""
    if not request.args.get("department"):
        return None
    number = request.args.get("department", type=addresses.number)
    found = current.session().get(Department, number) if number and number < 2**31 else None
    return found or abort(404)


def today() -> date:
    """The town's date."""
    return current.now().astimezone(current.settings().town_zone).date()


def last_day(until: datetime) -> date:
    """The last local date on which a version counted that the next one ended at this instant."""
    return (until.astimezone(current.settings().town_zone) - timedelta(microseconds=1)).date()


def _year() -> int:
    year = request.args.get("year", default=today().year, type=int)
    if not calendar_file.FIRST_YEAR <= year <= calendar_file.LAST_YEAR:
        abort(404)
    return year


def _moment(year: int) -> datetime:
    """When to look at a year: now, or the nearest moment of it. Its clocks were, or will be, counted by that version."""
    zone = current.settings().town_zone
    begins, ends = (calendars.midnight(date(of, 1, 1), zone) for of in (year, year + 1))
    return min(max(current.now(), begins), ends - timedelta(microseconds=1))


def _chosen(periods: list[calendars.Period]) -> calendars.Period | None:
    """The version the address names; 404 for one that is not this owner's."""
    if "version" not in request.args:
        return None
    number = request.args.get("version", type=int)
    return next((each for each in periods if each.id == number), None) or abort(404)
