"""What can be wrong with an installation, looked at one by one; each finding is a sentence with what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.cli.calendars import LACKS
from incidents.cli.installation import Installation
from incidents.flow import calendars, leading, posting, setting_up, vault, ways
from incidents.records import schema
from incidents.records.answers import Answer, AnswerState
from incidents.records.database import database_now
from incidents.records.norms import all_norms
from incidents.records.notices import Channel, Letter, LetterState
from incidents.records.people import Person
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.rules import calendar_year
from incidents.rules.acts import Act, Refused, Role
from incidents.rules.calendar_year import Lacks
from incidents.rules.places import Network
from incidents.settings import Settings
from incidents.statistics import keeping
from incidents.web import norm_periods

#: Seconds the machine's clock may differ from the database's before minutes become arguable.
_CLOCK_DIFFERENCE = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """`ok`, `note` (know it) or `wrong` (mend it)."""

    weight: str
    words: str


def examine(town: Installation) -> Iterator[Finding]:
    """Look at settings, database, people, norms, calendar, sources and workers."""
    settings = town.settings
    yield Finding("ok", f"settings: {settings.town_name}, {settings.zone}")
    yield Finding("ok", f"alarms: {_alarms(settings)}")
    quiet = f"after {settings.close_after_days} quiet days" if settings.close_after_days else "only by hand"
    yield Finding("ok", f"closing: answered appeals are closed {quiet}")
    if not schema.is_current(town.engine):
        yield Finding("wrong", "database: not at this version; run `incidents upgrade`")
        return
    yield Finding("ok", f"database: {town.engine.dialect.name}, up to date")
    with town.sessions() as session:
        yield from _clock(session)
        yield from _people(session)
        yield from _norms(session, settings)
        yield from _calendar(session, settings)
        yield from _sources(session, settings)
        yield from _work(session)
        yield from _letters(session, settings)
        yield from _kept_months(session, settings)


def _alarms(settings: Settings) -> str:
    """Who hears of a deadline, and when, in words."""
    before, after = [], []
    for step in settings.town.steps:
        if step.percent is not None:
            before.append(f"when {step.percent}% of the term is used up")
        elif step.minutes < 0:
            before.append(f"{-step.minutes} min before the deadline")
        elif step.act is Act.OVERDUE:
            after.append(f"{step.level} at the deadline")
        else:
            after.append(f"{step.level} {step.minutes} min after it")
    return f"warnings {', '.join(before) or 'none'}; {', '.join(after)}"


def _clock(session: Session) -> Iterator[Finding]:
    difference = (datetime.now(UTC) - database_now(session)).total_seconds()
    if abs(difference) > _CLOCK_DIFFERENCE:
        yield Finding("wrong", f"clock: this machine and the database differ by {difference:.0f} s; use NTP on both")


def _people(session: Session) -> Iterator[Finding]:
    admins = session.scalar(select(func.count()).where(Person.role == Role.ADMIN, Person.is_active))
    if not admins:
        is_first = setting_up.is_open(session)
        how = (
            "open /start, `incidents upgrade` prints the code"
            if is_first
            else "`incidents user add LOGIN --role admin`"
        )
        yield Finding("wrong", f"people: no administrator; {how}")


def _norms(session: Session, settings: Settings) -> Iterator[Finding]:
    norms, now = all_norms(session), datetime.now(UTC)
    if not norms:
        yield Finding("wrong", "norms: none; appeals get no deadline. Enter one on the norms page")
    else:
        yield Finding(
            "ok", f"norms: {len(norms)}; `incidents recompute` holds every stored deadline against the journal"
        )
    periods = norm_periods.periods_of(session, now, now.astimezone(settings.town_zone).date())
    if any(period.counts_nights for period in periods):
        yield Finding(
            "note",
            "norms: hours are counted around the clock, nights included; an office without a night shift chooses working hours",
        )


def _calendar(session: Session, settings: Settings) -> Iterator[Finding]:
    """The town's calendar for the next 60 days and the coming year."""
    versions = calendars.versions(session, settings.town_zone)
    gaps = calendar_year.gaps(versions, settings.town_zone, datetime.now(UTC))
    for gap in gaps:
        # Without working time terms cannot be counted at all; the rest may simply not be published yet.
        weight = "wrong" if gap.lacks is Lacks.WORKING_TIME else "note"
        yield Finding(weight, f"calendar {gap.year}: {LACKS[gap.lacks]}")
    if not gaps:
        yield Finding("ok", "calendar: whole for the next 60 days and the coming year")


def _sources(session: Session, settings: Settings) -> Iterator[Finding]:
    sources = list(session.scalars(select(Source).order_by(Source.name)))
    if not sources:
        yield Finding("note", "sources: none; nothing arrives by itself")
    for source in sources:
        try:
            vault.unseal(settings.key, source.sealed_token)
        except Refused:
            yield Finding("wrong", f"source {source.name}: sealed under another key; enter its secret and token anew")
            continue
        if source.paused_reason:
            yield Finding("wrong", f"source {source.name}: stopped by the network ({source.paused_reason})")
        elif source.network is Network.VK and not source.confirmation:
            yield Finding("wrong", f"source {source.name}: no confirmation string, VK will not accept the server")
        elif source.is_active:
            yield Finding("ok", f"source {source.name}: last event {source.last_event_at or 'never'}")


def _work(session: Session) -> Iterator[Finding]:
    quiet = leading.silence(session)
    if quiet is not None:
        since = "was never heard of" if quiet == float("inf") else f"is silent for {quiet:.0f} s"
        yield Finding("wrong", f"worker: {since}; start `incidents worker`")
    failed = session.scalar(select(func.count()).where(InboxEvent.state == InboxState.FAILED))
    if failed:
        yield Finding("wrong", f"inbox: {failed} events could not be processed; see the system page")
    stopped = (AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN, AnswerState.UNKNOWN)
    waiting = session.scalar(select(func.count()).where(Answer.state.in_(stopped)))
    if waiting:
        yield Finding("note", f"outbox: {waiting} answers wait for a person")


def _letters(session: Session, settings: Settings) -> Iterator[Finding]:
    """How people are told of alarms, whom nobody reaches, and what does not go out."""
    on = ways.channels(settings)
    if on:
        yield Finding("ok", f"alarms: sent by {', '.join(sorted(on))}")
    else:
        yield Finding("note", "alarms: on the page only; set smtp_host or notice_bot_token to send letters")
    if Channel.EMAIL in on and settings.smtp_security == "none" and settings.smtp_user:
        yield Finding("note", "mail: the password goes to the mail server in the open; set smtp_security")
    counted = select(Letter.state, func.count()).where(Letter.state.in_(posting.STOPPED)).group_by(Letter.state)
    counts = dict(session.execute(counted).all())
    stopped = counts.get(LetterState.FAILED, 0) + counts.get(LetterState.UNKNOWN, 0)
    if stopped:
        yield Finding("wrong", f"letters: {stopped} did not reach their people; see the system page")
    if again := counts.get(LetterState.RETRY, 0):
        yield Finding("note", f"letters: {again} are tried again by themselves; the system page says why")


def _kept_months(session: Session, settings: Settings) -> Iterator[Finding]:
    """Are the figures of months that are over still those of their appeals?"""
    wrong = keeping.differences(session, settings.town_zone, now=datetime.now(UTC))
    if wrong:
        yield Finding(
            "wrong", f"figures: {', '.join(wrong)} are kept otherwise than counted; run `incidents recompute --apply`"
        )
    else:
        yield Finding("ok", "figures: the months that are kept are what their appeals say")
