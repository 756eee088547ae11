"""What a passport says: each line, verdict, rule and stage in the words of the person who reads it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext

from incidents.rules.calendar import Calendar, Day, DayKind, Week
from incidents.rules.candidates import Reason
from incidents.rules.clock import Verdict
from incidents.rules.norms import ClockName, Hours
from incidents.rules.otherwise import Other
from incidents.rules.passport import Passport
from incidents.rules.stages import Stage
from incidents.rules.timeline import Line, What
from incidents.web import moments
from incidents.web.display import DASH, MINUS

#: Special days that are named; a month of them would be a calendar of its own.
MOST_DAYS = 6

CLOCKS = {
    ClockName.FIRST: lazy_gettext("First answer"),
    ClockName.FINAL: lazy_gettext("Final answer"),
    ClockName.NEXT: lazy_gettext("Answer to what the citizen wrote again"),
    ClockName.PROMISE: lazy_gettext("Promised date"),
    ClockName.REGISTER: lazy_gettext("Registration"),
}
STAGES = {
    Stage.TRIAGE: lazy_gettext("Triage"),
    Stage.DEPARTMENT: lazy_gettext("Department"),
    Stage.APPROVAL: lazy_gettext("Approval"),
    Stage.PUBLISHING: lazy_gettext("Sending out"),
    Stage.AUTHOR: lazy_gettext("Waiting for the author"),
}
REASONS = {
    Reason.CHOSEN: lazy_gettext("chosen"),
    Reason.OTHER_CASE: lazy_gettext("for other appeals"),
    Reason.NOT_YET: lazy_gettext("not yet in force then"),
    Reason.RETIRED: lazy_gettext("no longer in force then"),
    Reason.REPLACED: lazy_gettext("replaced by a later one"),
    Reason.PLAINER: lazy_gettext("the chosen one fits more exactly"),
}
OTHERS = {
    Other.AROUND_THE_CLOCK: lazy_gettext("around the clock"),
    Other.WORKING_HOURS: lazy_gettext("working hours only"),
    Other.BREAKS_COUNTED: lazy_gettext("lunch counted as work"),
    Other.NOON_TAKEN_OUT: lazy_gettext("lunch not counted"),
    Other.EIGHT_HOURS: lazy_gettext("8 hours"),
    Other.TWO_HOURS: lazy_gettext("2 hours"),
    Other.DAY_KEPT: lazy_gettext("the last day stays on a day off"),
    Other.DAY_BEFORE: lazy_gettext("the working day before"),
    Other.DAY_AFTER: lazy_gettext("the working day after"),
}
_PLAIN = {
    What.NIGHT: lazy_gettext("Outside working hours"),
    What.BREAK: lazy_gettext("Lunch break"),
    What.DAY_OFF: lazy_gettext("Day off"),
    What.HOLIDAY: lazy_gettext("Holiday"),
    What.MOVED_OFF: lazy_gettext("Day off moved here"),
    What.REGIONAL: lazy_gettext("Day off of the region"),
    What.PAUSED: lazy_gettext("Waiting for the author: the clock stands"),
}
_SHORT = {
    What.NIGHT: lazy_gettext("night"),
    What.BREAK: lazy_gettext("lunch"),
    What.DAY_OFF: lazy_gettext("day off"),
    What.HOLIDAY: lazy_gettext("holiday"),
    What.MOVED_OFF: lazy_gettext("day off"),
    What.REGIONAL: lazy_gettext("day off"),
    What.PAUSED: lazy_gettext("pause"),
}


def exact(seconds: int) -> str:
    """A length of time to the second: "1 h 12 min 4 s"; from a hundred hours on with days."""
    sign, seconds = (MINUS, -seconds) if seconds < 0 else ("", seconds)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24) if hours >= 100 else (0, hours)
    parts = [
        ngettext("%(num)d day", "%(num)d days", days) if days else "",
        gettext("%(hours)s h", hours=hours) if hours else "",
        gettext("%(minutes)s min", minutes=minutes) if minutes else "",
        gettext("%(seconds)s s", seconds=rest) if rest else "",
    ]
    return sign + (" ".join(str(part) for part in parts if part) or "0")


def worked(seconds: int, hours: Hours) -> str:
    """The same where days would be days of work: in hours, however many."""
    if hours is Hours.CALENDAR or abs(seconds) < 360_000:
        return exact(seconds)
    sign, whole = (MINUS, -seconds) if seconds < 0 else ("", seconds)
    rest = exact(whole % 3600)
    words = gettext("%(hours)s h", hours=whole // 3600)
    return f"{sign}{words} {rest}" if whole % 3600 else f"{sign}{words}"


def line_words(line: Line, hours: Hours) -> str:
    """What a line was."""
    if line.what is What.MIXED or (line.what is What.COUNTED and line.worked_days > 1):
        days = ngettext("%(num)d day with work", "%(num)d days with work", line.worked_days)
        told = gettext("%(days)s; nights and days off are not counted", days=days) if hours is Hours.WORKING else days
        return f"{told}: {', '.join(line.names)}" if line.names else str(told)
    if line.what is What.COUNTED:
        if hours is Hours.CALENDAR:
            return str(gettext("Every hour counts, day and night"))
        return ". ".join([str(gettext("Working time")), *(_special(line.day) if line.day else ())])
    words = str(_PLAIN[line.what])
    names = line.names or ((line.day.name,) if line.day and line.day.name else ())
    return f"{words}: {', '.join(names)}" if names else words


def short_words(line: Line) -> str:
    """The same in one word, for the drawing."""
    return str(_SHORT.get(line.what, ""))


def _special(day: Day) -> list[str]:
    named = f": {day.name}" if day.name else ""
    if day.kind is DayKind.SHORTENED or day.shorter_by:
        shorter = gettext("The day is shorter by %(time)s", time=exact(day.shorter_by * 60))
        return [f"{shorter}{named}"]
    if day.kind is DayKind.WORKING:
        return [gettext("A day off that is worked") + named]
    return [gettext("Hours of its own") + named]


def verdict(passport: Passport) -> tuple[str, str, str]:
    """The tone, the icon and the sentence on top."""
    left, hours = abs(passport.left_seconds), passport.clock.hours
    late = max(timedelta(), passport.end - passport.clock.due_at)
    wall = exact(-int(-late.total_seconds() // 1))
    sentences: dict[Verdict, tuple[str, str, Any]] = {
        Verdict.IN_TIME: (
            "fine",
            "circle-check",
            gettext("In time: %(time)s before the deadline", time=worked(left, hours)),
        ),
        Verdict.LATE: ("late", "alert-circle", gettext("Late by %(time)s", time=wall)),
        Verdict.OVERDUE: (
            "late",
            "alert-circle",
            gettext("No answer, and the deadline passed %(time)s ago", time=wall),
        ),
        Verdict.RUNNING: (
            "soon",
            "hourglass-low",
            gettext("%(time)s left until the deadline", time=worked(left, hours)),
        ),
        Verdict.PAUSED: ("wait", "message-question", gettext("The clock stands: we wait for the author")),
        Verdict.ENDED: ("wait", "lock", gettext("The clock ended before its deadline, without an answer")),
    }
    tone, icon, words = sentences[passport.verdict]
    if passport.verdict is Verdict.IN_TIME and passport.left_seconds == 0:
        words = gettext("In time: exactly on the deadline")
    return tone, icon, str(words)


def spent(passport: Passport) -> str:
    """How much of the term was used, and how long that was by the clock on the wall."""
    used, term = (worked(each, passport.clock.hours) for each in (passport.counted_seconds, passport.term_seconds))
    wall, work = exact(passport.elapsed.calendar_seconds), worked(passport.elapsed.working_seconds, Hours.WORKING)
    if passport.clock.hours is Hours.WORKING:
        return str(
            gettext(
                "Used %(used)s of working time out of %(term)s. By the clock on the wall it was %(wall)s.",
                used=used,
                term=term,
                wall=wall,
            )
        )
    return str(
        gettext(
            "Used %(used)s out of %(term)s, every hour counted. Working time in it: %(work)s.",
            used=used,
            term=term,
            work=work,
        )
    )


def week_words(week: Week) -> str:
    """A week in a line: "Mon-Fri 9:00-18:00, Sat-Sun day off"."""
    groups: list[list[int]] = []
    for number in range(7):
        if groups and week[groups[-1][0]] == week[number]:
            groups[-1].append(number)
        else:
            groups.append([number])
    return ", ".join(f"{_days(group)} {_hours(week[group[0]]) or gettext('day off')}" for group in groups)


def special_days(calendar: Calendar, start: datetime, end: datetime) -> list[str]:
    """The days between two moments that differ from the week, in the order of the calendar."""
    first, last = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    found = sorted(on for on in calendar.special if first <= on <= last)
    told = [_day_words(on, calendar.special[on]) for on in found[:MOST_DAYS]]
    more = len(found) - len(told)
    return [*told, ngettext("and %(num)d more day", "and %(num)d more days", more)] if more else told


def share_words(seconds: int | None, hours: Hours) -> str:
    """A share as a table shows it: unknown is a dash."""
    return DASH if seconds is None else worked(seconds, hours)


def _day_words(on: date, day: Day) -> str:
    head = f"{on.day} {moments.MONTHS[on.month - 1]}"
    if not day.intervals:
        return f"{head} {gettext('day off')}" + (f" ({day.name})" if day.name else "")
    return f"{head} {_hours(day.intervals)}"


def _days(group: Sequence[int]) -> str:
    names = [str(moments.SHORT_WEEKDAYS[number]) for number in group]
    return names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"


def _hours(intervals: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{o // 60}:{o % 60:02}–{c // 60}:{c % 60:02}" for o, c in intervals)
