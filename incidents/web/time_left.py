"""How much time is left until a deadline, or how late it is: the figures, and the words for them.

Pure functions in the language of the request. What a row shows is told by whole figures (`TimeLeft`), so that the same
row within the same minute is the same value, and need not be drawn again (`drawing`).
"""

from datetime import datetime
from typing import Literal, NamedTuple

from flask_babel import gettext, ngettext

DAY, HOUR, MINUTE = 86_400, 3_600, 60
RING_STEPS = 12


class TimeLeft(NamedTuple):
    """One deadline as a row shows it: the tone (late, soon, today), what is said of how many minutes, the ring's picture."""

    tone: str
    said: Literal["overdue", "start", "start_now", "moment", "left"]
    #: From a day on whole hours: a row shows no minutes then.
    minutes: int
    ring: str
    due_at: datetime
    term_seconds: int

    @property
    def words(self) -> str:
        if self.said == "start_now":
            return str(gettext("start now"))
        if self.said == "moment":
            return str(gettext("less than a minute"))
        time = duration(self.minutes * MINUTE)
        if self.said == "overdue":
            return str(gettext("%(time)s overdue", time=time))
        if self.said == "start":
            return str(gettext("start within %(time)s", time=time))
        return str(gettext("%(time)s left", time=time))


def time_left(
    due_at: datetime, now: datetime, *, term_seconds: int = 7_200, soon_minutes: int = 30, need_minutes: int = 0
) -> TimeLeft:
    """How much is left until `due_at`, or how late it is. Exactly on the deadline is in time.

    Where so many minutes are still needed (`need_minutes`), it is told within how many one has to begin.

    What is left is rounded down to a minute and what is late is rounded up, so the screen never promises a minute
    that is not there. The ring has twelve steps of `term_seconds`.
    """
    seconds = (due_at - now).total_seconds()
    if seconds < 0:
        return TimeLeft(
            "late", "overdue", whole_minutes(-(seconds // MINUTE) * MINUTE), "ring-late", due_at, term_seconds
        )
    is_to_begin = bool(need_minutes) and seconds < DAY
    rest = seconds - need_minutes * MINUTE if is_to_begin else seconds
    said: Literal["start", "start_now", "moment", "left"]
    if rest < MINUTE:
        said = "start_now" if is_to_begin else "moment"
    else:
        said = "start" if is_to_begin else "left"
    step = min(RING_STEPS, max(1, -int(-seconds * RING_STEPS // term_seconds)))
    tone = "soon" if rest < soon_minutes * MINUTE else "today"
    minutes = 0 if rest < MINUTE else whole_minutes(rest)
    return TimeLeft(tone, said, minutes, f"ring-{step}", due_at, term_seconds)


def whole_minutes(seconds: float) -> int:
    """The minutes that `duration` says; from a day on it says hours."""
    minutes = int(seconds // MINUTE)
    return minutes if minutes * MINUTE < DAY else minutes - minutes % 60


def duration(seconds: float, *, up: bool = False) -> str:
    """A length of time in two units at most: "48 min", "1 h 4 min", "2 days 3 h"; `up` rounds up, else down."""
    minutes = -int(-seconds // MINUTE) if up else int(seconds // MINUTE)
    if minutes < 60:
        return str(gettext("%(minutes)s min", minutes=minutes))
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        words = gettext("%(hours)s h", hours=hours)
        return f"{words} {gettext('%(minutes)s min', minutes=minutes)}" if minutes else str(words)
    days, hours = divmod(hours, 24)
    words = ngettext("%(num)d day", "%(num)d days", days)
    return f"{words} {gettext('%(hours)s h', hours=hours)}" if hours else str(words)
