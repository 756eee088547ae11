"""What stands in a letter, in its person's language.

It says how many appeals, and a line for each: its number, how it stands with the deadline, and the link. Who wrote, what
about and where is read in the program, by who may.
"""

import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import incidents
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.notices import ARRIVALS, About, Letter, Notice, NoticeWay
from incidents.rules import promise_clock, silence
from incidents.rules.alarms import Level
from incidents.settings import Settings

#: The pages' own catalogue: a letter and the page it leads to speak alike.
CATALOGUE = Path(incidents.__file__).parent / "web" / "translations"


@dataclass(frozen=True, slots=True)
class Message:
    """A letter in words."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class News:
    """One piece of colleagues' news, and until when the appeal is to be answered."""

    number: int
    about: About
    due_at: datetime | None


def compose(session: Session, letter: Letter, settings: Settings, *, now: datetime) -> Message:
    """The words of a letter as of now."""
    words = _words(letter.person.language)
    town = settings.town_name
    footer = words.gettext("How you are told of alarms: %(link)s") % {"link": f"{settings.public_url}/profile"}
    if letter.is_test:
        told = words.gettext("This is a test: letters about alarms reach you here.")
        return Message(f"{town}: {words.gettext('test message')}", f"{told}\n\n{footer}\n")
    alarms, news = _one_an_appeal(_alarms(session, letter)), _news(session, letter)
    alarmed = {alarm.appeal_number for alarm, _ in alarms}
    # That it has arrived is in its alarm.
    news = [each for each in news if not (each.about in ARRIVALS and each.number in alarmed)]
    count = len(alarmed | {each.number for each in news})
    head = words.ngettext("%(num)d appeal needs attention", "%(num)d appeals need attention", count) % {"num": count}
    link = f"{settings.public_url}/appeals/"
    lines = [
        f"№ {alarm.appeal_number} — {_told(words, alarm, level, settings.town_zone, now)}\n{link}{alarm.appeal_number}"
        for alarm, level in alarms
    ]
    lines += [
        f"№ {each.number} — {_news_told(words, each, settings.town_zone, now)}\n{link}{each.number}" for each in news
    ]
    every = words.gettext("All alarms: %(link)s") % {"link": f"{settings.public_url}/notices"}
    return Message(f"{town}: {head}", "\n\n".join([f"{town}. {head}.", *lines, f"{every}\n{footer}"]) + "\n")


def welcome(language: str, *, is_linked: bool) -> str:
    """What the bot says to whoever sent it a code."""
    words = _words(language)
    if is_linked:
        return words.gettext("Done: alarms about the deadlines of appeals will come here.")
    return words.gettext("The code does not fit or is too old. Take a new one in your profile.")


def _alarms(session: Session, letter: Letter) -> list[tuple[Alarm, Level]]:
    query = (
        select(Alarm, Notice.level)
        .join(Notice, Notice.alarm_id == Alarm.id)
        .join(NoticeWay, NoticeWay.notice_id == Notice.id)
        .where(NoticeWay.letter_id == letter.id)
        .order_by(Alarm.happens_at, Alarm.id)
    )
    return [(alarm, level) for alarm, level in session.execute(query)]


def _news(session: Session, letter: Letter) -> list[News]:
    """Colleagues' news; the same of one appeal once."""
    query = (
        select(Notice.appeal_number, Notice.about, Appeal.next_due_at)
        .join(NoticeWay, NoticeWay.notice_id == Notice.id)
        .join(Appeal, Appeal.number == Notice.appeal_number)
        .where(NoticeWay.letter_id == letter.id, Notice.alarm_id.is_(None))
        .distinct()
        .order_by(Notice.appeal_number, Notice.about)
    )
    return [News(*row) for row in session.execute(query)]


def _news_told(words: gettext.NullTranslations, news: News, zone: ZoneInfo, now: datetime) -> str:
    told = {
        About.DONE: words.gettext("what you keep under control is done"),
        About.MENDED: words.gettext("the approver changed your text"),
        About.ASKED: words.gettext("your department is asked for its part"),
        About.GIVEN: words.gettext("the part you asked for is given"),
        About.ASSIGNED: words.gettext("came to your department"),
        About.HANDED: words.gettext("is given to you"),
        About.SENT_BACK: words.gettext("your text came back: say it otherwise"),
    }.get(news.about) or words.gettext("a colleague names you in a note")
    if news.due_at is None or news.about not in (*ARRIVALS, About.SENT_BACK):
        return told
    at = _at(news.due_at.astimezone(zone), zone, now)
    is_late = now > news.due_at
    due = (
        words.gettext("overdue, the deadline was at %(at)s") if is_late else words.gettext("the deadline is at %(at)s")
    )
    return f"{told}, {due % {'at': at}}"


def _one_an_appeal(alarms: Sequence[tuple[Alarm, Level]]) -> list[tuple[Alarm, Level]]:
    """The last alarm of an appeal says all that the earlier ones said; the earliest deadline first."""
    last = {alarm.appeal_number: (alarm, level) for alarm, level in alarms}
    return sorted(last.values(), key=lambda each: (each[0].due_at, each[0].appeal_number))


def _told(words: gettext.NullTranslations, alarm: Alarm, level: Level, zone: ZoneInfo, now: datetime) -> str:
    """How it stands with the deadline. An alarm may be read long after it was raised: what is true now is said."""
    due = alarm.due_at.astimezone(zone)
    if alarm.step.startswith(promise_clock.PREFIX):
        # Its moment is the end of the promised day: the day itself is what the citizen was told.
        day = f"{due - timedelta(days=1):%d.%m.%Y}"
        is_broken = now > alarm.due_at
        told = words.gettext("promised by %(day)s and not done") if is_broken else words.gettext("promised by %(day)s")
        return told % {"day": day}
    at = _at(due, zone, now)
    if now <= alarm.due_at and alarm.step.startswith(silence.PREFIX):
        return words.gettext("the text waits for approval, the deadline is at %(at)s") % {"at": at}
    if now <= alarm.due_at:
        return words.gettext("the deadline is at %(at)s") % {"at": at}
    if level in (Level.RESPONDER, Level.PRESS):
        return words.gettext("overdue, the deadline was at %(at)s") % {"at": at}
    return words.gettext("overdue and passed on to you, the deadline was at %(at)s") % {"at": at}


def _at(due: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{due:%H:%M}" if due.date() == now.astimezone(zone).date() else f"{due:%d.%m.%Y %H:%M}"


@lru_cache(maxsize=4)
def _words(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", str(CATALOGUE), languages=[language], fallback=True)
