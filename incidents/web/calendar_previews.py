"""What every change of a calendar goes through: shown first, then entered as it was looked at.

The verb runs both times, and the first time is taken back: what was refused in earnest is refused in the preview too.
What was looked at is named by the date and the digest of the new version; if either differs meanwhile, one looks again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from incidents.flow import calendar_changes as changes
from incidents.flow import calendars
from incidents.flow.calendar_changes import Content
from incidents.records.calendars import CalendarVersion
from incidents.rules import days
from incidents.rules.acts import Refused
from incidents.web import calendar_view, current, refusals
from incidents.web.calendar_forms import ChangeForm
from incidents.web.calendars import owner
from incidents.web.moments import WEEKDAYS

PLACES = {
    "calendar_in_past": "valid_from",
    "calendar_same": "valid_from",
    "calendar_idle": "monday",
    "no_calendar": "valid_from",
    "bad_minutes": "shorter_by",
    "bad_like": "like",
    "bad_hours": "hours",
}
#: Enters a new version of the owner's calendar, given what is in force at its beginning.
Verb = Callable[[Content | None], CalendarVersion]


@dataclass(frozen=True)
class Preview:
    """What a change would do: the days and the weekdays that differ, and the name of what was looked at."""

    seen: str
    days: list[tuple[date, str, str]]
    week: list[tuple[Any, str, str]]


def enter(page: str, form: ChangeForm, verb: Verb) -> Response:
    """Run the verb; keep it if just this was looked at, else take it back and show what it does."""
    session, base = current.session(), in_force(form.valid_from.data)
    try:
        row = verb(base)
    except Refused as refused:
        session.rollback()
        places = {code: place if place in form else "valid_from" for code, place in PLACES.items()}
        return show(page, form, refusals.beside(form, refused, places))
    seen = f"{form.valid_from.data}:{row.digest}"
    if request.form.get("seen") == seen:
        session.commit()
        flash(gettext("The calendar is entered. Clocks that run already keep theirs."), "success")
        return redirect(_back(), 303)
    after = _content_of(row)
    session.rollback()
    return show(page, form, preview=_preview(seen, base, after))


def order_of(form: ChangeForm) -> dict[str, Any]:
    """What every verb is told: from when, by whom, whose, and why."""
    department = owner()
    return {
        "valid_from": form.valid_from.data,
        "by": current.person().actor,
        "now": current.now(),
        "zone": current.settings().town_zone,
        "department_id": department.id if department else None,
        "note": form.order,
    }


def in_force(valid_from: date) -> Content | None:
    """What is in force where a version of this date would begin."""
    zone, department = current.settings().town_zone, owner()
    begins = changes.beginning(valid_from, current.now(), zone)
    return changes.content_at(current.session(), begins, zone, department.id if department else None)


def _content_of(row: CalendarVersion) -> Content:
    if row.follows_town:
        begins = changes.beginning(row.valid_from, current.now(), current.settings().town_zone)
        towns = changes.content_at(current.session(), begins, current.settings().town_zone)
        return towns or Content(((),) * 7, {})
    return Content(calendars.as_week(row.week), days.from_json(row.days))


def _preview(seen: str, base: Content | None, after: Content) -> Preview:
    before = base or Content(((),) * 7, {})
    differ = days.differences(before.days, after.days)
    line, hours = calendar_view.day_line, calendar_view.hours_line
    return Preview(
        seen,
        [(on, line(before.days.get(on)), line(day)) for on, day in differ.items()],
        [
            (name, hours(old), hours(new))
            for name, old, new in zip(WEEKDAYS, before.week, after.week, strict=True)
            if old != new
        ],
    )


def _back() -> str:
    department = owner()
    return url_for("calendars.page", department=department.id if department else None)


def show(page: str, form: ChangeForm, status: int = 200, preview: Preview | None = None) -> Response:
    department = owner()
    return make_response(
        render_template(
            f"calendars/{page}.html",
            form=form,
            department=department,
            back=_back(),
            preview=preview,
        ),
        status,
    )
