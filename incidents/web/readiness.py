"""Whether the town can begin to work: each thing in a sentence with the page where it is mended.

What `incidents check` looks at from the server's side, this looks at from the page's; both may find what the other cannot.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, select

from incidents.flow import calendars, ways
from incidents.records.people import Department, Person
from incidents.records.sources import Source
from incidents.records.topics import Topic
from incidents.rules import calendar_year
from incidents.rules.acts import Role
from incidents.web import condition, current
from incidents.web.calendar_view import LACKS


@dataclass(frozen=True)
class Finding:
    """`tone`: fine (in order), soon (know it) or late (mend it)."""

    tone: str
    words: str
    address: str = ""


def findings() -> list[Finding]:
    """Everything that is looked at, what must be mended first."""
    order = {"late": 0, "soon": 1, "fine": 2}
    return sorted([*_people(), *_rules(), *_sources(), *_machine()], key=lambda finding: order[finding.tone])


def _people() -> Iterator[Finding]:
    session, address = current.session(), url_for("people.page")
    query = select(Person.role, func.count()).where(Person.is_active).group_by(Person.role)
    counts = dict(session.execute(query).all())
    if not counts.get(Role.PRESS):
        yield Finding("late", gettext("Nobody is of the press sector: nobody sees what comes in."), address)
    if not counts.get(Role.HEAD) and not counts.get(Role.RESPONDER):
        yield Finding("soon", gettext("No department has people yet: the press sector answers alone."), address)
    if counts.get(Role.ADMIN, 0) == 1:
        yield Finding(
            "soon", gettext("There is one administrator. A second one helps when the first is away."), address
        )
    yield Finding("fine", ngettext("%(num)d person may sign in.", "%(num)d people may sign in.", sum(counts.values())))


def _rules() -> Iterator[Finding]:
    session, zone = current.session(), current.settings().town_zone
    for gap in calendar_year.gaps(calendars.versions(session, zone), zone, current.now()):
        tone = "late" if gap.lacks is calendar_year.Lacks.WORKING_TIME else "soon"
        yield Finding(tone, f"{gap.year}: {LACKS[gap.lacks]}", url_for("calendars.page", year=gap.year))
    departments = session.scalar(select(func.count()).select_from(Department).where(Department.is_active)) or 0
    adrift = session.scalar(select(func.count()).where(Topic.is_active, Topic.department_id.is_(None))) or 0
    if adrift:
        told = ngettext("%(num)d topic leads to no department.", "%(num)d topics lead to no department.", adrift)
        yield Finding("soon", told, url_for("topics.page"))
    told = ngettext("%(num)d department is open.", "%(num)d departments are open.", departments)
    yield Finding("fine" if departments else "late", told, url_for("departments.page"))


def _sources() -> Iterator[Finding]:
    sources = current.session().scalars(select(Source).order_by(Source.name)).all()
    if not sources:
        yield Finding("soon", gettext("No network is connected: nothing arrives by itself."), url_for("sources.page"))
    for source in sources:
        address = url_for("sources.one", source_id=source.id)
        if source.paused_reason or not source.is_active:
            yield Finding("late", gettext("“%(name)s” is paused.", name=source.name), address)
        elif source.last_event_at is None:
            yield Finding("soon", gettext("“%(name)s” has sent nothing yet.", name=source.name), address)
        else:
            yield Finding("fine", gettext("“%(name)s” works.", name=source.name), address)


def _machine() -> Iterator[Finding]:
    session, settings = current.session(), current.settings()
    address = url_for("system.page")
    watch = condition.watch(session)
    if any(not beat.is_silent for beat in watch.workers):
        yield Finding("fine", gettext("A worker is running."), address)
    else:
        yield Finding(
            "late", gettext("No worker is running: start `incidents worker` beside `incidents serve`."), address
        )
    if watch.is_skewed:
        yield Finding(
            "late", gettext("The clocks of the database and of this machine differ: use NTP on both."), address
        )
    if not ways.channels(settings):
        yield Finding("soon", gettext("Alarms stand on the page only: set smtp_host or notice_bot_token for letters."))
    if not settings.is_https:
        yield Finding("soon", gettext("The address begins with http: networks ask for https, and so should people."))
    if not settings.backup_folder:
        yield Finding("soon", gettext("No folder for copies of the database is set: backup_folder in the settings."))
