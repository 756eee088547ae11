"""The state of the system on one page: what failed stands first. For the administrator; it shows no citizen's word."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import format_date, gettext, lazy_gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from incidents import __version__
from incidents.flow import calendars, minding, posting, sealing, setting_up
from incidents.records.answers import AnswerState
from incidents.records.sources import InboxState, Source
from incidents.rules import calendar_year
from incidents.rules.acts import Refused
from incidents.web import condition, current, deliveries, letters, refusals, time_left, upkeep
from incidents.web.calendar_view import LACKS

blueprint = Blueprint("system", __name__, url_prefix="/system")


@dataclass(frozen=True)
class JobWords:
    name: Any
    how_often: Any


JOBS = {
    "inbox": JobWords(lazy_gettext("Reading of messages"), lazy_gettext("all the time")),
    "outbox": JobWords(lazy_gettext("Sending of answers"), lazy_gettext("all the time")),
    "sweep": JobWords(lazy_gettext("Watch over deadlines"), lazy_gettext("all the time")),
    "names": JobWords(lazy_gettext("Names of authors"), lazy_gettext("every 5 s")),
    "pictures": JobWords(lazy_gettext("Pictures that citizens attach"), lazy_gettext("every second")),
    "letters": JobWords(lazy_gettext("Gathering of alarms into letters"), lazy_gettext("every 2 s")),
    "mail": JobWords(lazy_gettext("Sending of mail"), lazy_gettext("every 2 s")),
    "bot": JobWords(lazy_gettext("Sending by the Telegram bot"), lazy_gettext("every 2 s")),
    "links": JobWords(lazy_gettext("Linking of Telegram"), lazy_gettext("every 3 s")),
    "control": JobWords(lazy_gettext("News of what is under control"), lazy_gettext("every 5 s")),
    "months": JobWords(lazy_gettext("Counting of months that are over"), lazy_gettext("every minute")),
    "needs": JobWords(lazy_gettext("Counting of what departments usually need"), lazy_gettext("every 5 min")),
    "words": JobWords(lazy_gettext("Words for the search"), lazy_gettext("every 30 s")),
    "forget": JobWords(lazy_gettext("Removal of what is out of date"), lazy_gettext("every minute")),
    "promises": JobWords(lazy_gettext("Reminders of promises"), lazy_gettext("every ten seconds")),
    "quiet": JobWords(lazy_gettext("Closing of quiet appeals"), lazy_gettext("every minute")),
    "backup": JobWords(lazy_gettext("Copies of the database"), lazy_gettext("when asked for")),
    "size": JobWords(lazy_gettext("Measuring of the database"), lazy_gettext("every 2 min")),
    "certificate": JobWords(lazy_gettext("Look at the certificate"), lazy_gettext("every 2 min")),
    "seal": JobWords(lazy_gettext("Seal of the journal"), lazy_gettext("once a day")),
}
INBOX = {
    InboxState.PENDING: lazy_gettext("wait to be read"),
    InboxState.PROCESSED: lazy_gettext("read"),
    InboxState.IGNORED: lazy_gettext("concern nobody"),
    InboxState.UNKNOWN: lazy_gettext("of an unknown kind"),
    InboxState.FAILED: lazy_gettext("stopped"),
}
OUTBOX = {
    AnswerState.APPROVED: lazy_gettext("wait to be sent"),
    AnswerState.SENDING: lazy_gettext("are being sent"),
    AnswerState.RETRY: lazy_gettext("are tried again by themselves"),
    AnswerState.NEEDS_OPERATOR: lazy_gettext("wait for the press sector"),
    AnswerState.NEEDS_ADMIN: lazy_gettext("wait for the administrator"),
    AnswerState.UNKNOWN: lazy_gettext("sent, but not confirmed"),
}


@blueprint.get("")
def page() -> str:
    session, zone = current.session(), current.settings().town_zone
    watch, inbox, outbox = condition.watch(session), condition.inbox(session), condition.outbox(session)
    all_sources = session.scalars(select(Source).order_by(Source.network, Source.name)).all()
    return render_template(
        "system/page.html",
        setup_waits=setting_up.progress(session)[0],
        watch=watch,
        inbox=inbox,
        lately=condition.LATELY,
        # On a quiet day the counts say that there is nothing to fetch.
        failed=condition.failed_events(session) if inbox.counts[InboxState.FAILED] else [],
        outbox=outbox,
        stopped=condition.stopped(session) if any(outbox.counts.values()) else [],
        sources=all_sources,
        paused=[source for source in all_sources if source.paused_reason],
        post=letters.read(session, current.settings()),
        house=condition.house(session),
        journal=sealing.standing(session),
        gaps=calendar_year.gaps(calendars.versions(session, zone), zone, current.now()),
        lacks_words=LACKS,
        version=__version__,
        job_words=JOBS,
        inbox_words=INBOX,
        outbox_words=OUTBOX,
        delivery_marks=deliveries.MARKS,
        ago=ago,
        size=upkeep.size,
        growth=upkeep.growth(),
        certificate=_certificate(watch),
        is_https=current.settings().is_https,
        **{key: value for key, value in upkeep.backups().items() if key != "size"},
        note_words=note_words,
        month_words=lambda day: format_date(day, "LLLL y"),
    )


@blueprint.post("/events/attempts")
def retry_all() -> Response:
    return _retry(None)


@blueprint.post("/events/<int:event_id>/attempts")
def retry_one(event_id: int) -> Response:
    return _retry(event_id)


@blueprint.post("/letters/attempts")
def resend_all() -> Response:
    return _resend(None)


@blueprint.post("/letters/<int:letter_id>/attempts")
def resend_one(letter_id: int) -> Response:
    return _resend(letter_id)


def ago(seconds: float) -> str:
    """How long ago something was, rounded down: "12 s ago", "3 min ago"."""
    if seconds < time_left.MINUTE:
        return str(gettext("%(seconds)s s ago", seconds=int(seconds)))
    return str(gettext("%(time)s ago", time=time_left.duration(seconds)))


def note_words(beat: condition.Beat) -> str:
    """What the last run of a job did, or the kind of the error it failed with."""
    if beat.has_failed:
        return str(gettext("failed: %(error)s", error=beat.note.partition(": ")[2]))
    if beat.job == "size":
        return upkeep.size(int(beat.note) * 10**6) if beat.note.isdecimal() else gettext("fine")
    return str(ngettext("%(num)d done", "%(num)d done", int(beat.note))) if beat.note.isdecimal() else gettext("fine")


def _certificate(watch: condition.Watch) -> dict[str, Any] | None:
    """Until when the certificate of our address is good, as the worker found it; None where it has not looked."""
    note = next((beat.note for beat in watch.jobs if beat.job == "certificate" and not beat.has_failed), "")
    try:
        ends_on = date.fromisoformat(note)
    except ValueError:
        return None
    today = current.now().astimezone(current.settings().town_zone).date()
    return {"ends_on": ends_on, "days": (ends_on - today).days}


def _retry(event_id: int | None) -> Response:
    try:
        number = minding.retry_events(current.session(), current.person().actor, now=current.now(), event_id=event_id)
    except Refused as refused:
        # Somebody or a worker was faster: the page shows how it stands now.
        current.session().rollback()
        flash(refusals.sentence(refused), "warning")
    else:
        current.session().commit()
        flash(ngettext("%(num)d event is tried again.", "%(num)d events are tried again.", number), "success")
    return redirect(url_for("system.page"), 303)


def _resend(letter_id: int | None) -> Response:
    try:
        number = posting.retry(current.session(), current.person().actor, now=current.now(), letter_id=letter_id)
    except Refused as refused:
        current.session().rollback()
        flash(refusals.sentence(refused), "warning")
    else:
        current.session().commit()
        flash(ngettext("%(num)d message is sent again.", "%(num)d messages are sent again.", number), "success")
    return redirect(url_for("system.page") + "#letters", 303)
