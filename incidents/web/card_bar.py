"""The bar of a card's clock line: the term by stage as wide as it was long, amber where a stage took more than its share."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from incidents.flow import explaining
from incidents.flow.explaining import Spent
from incidents.records import choices
from incidents.rules.budgets import Share
from incidents.rules.stages import Stage
from incidents.web import current, passport_words
from incidents.web.story_entries import Told, events
from incidents.web.time_left import duration

WIDTH = 336.0
GAP = 2.0
#: A stage that lasted seconds is still to be seen.
NARROWEST = 4.0
#: The width of a letter of a label, about; labels that would meet are left out: the sentence says all.
LETTER = 6.6
TONES = {Stage.TRIAGE: "h4", Stage.DEPARTMENT: "h2", Stage.APPROVAL: "h3", Stage.PUBLISHING: "h3", Stage.AUTHOR: "h0"}


@dataclass(frozen=True)
class Piece:
    """A stretch of the bar; without a tone of a stage it is over (`soon`) or still left (`h1`)."""

    tone: str
    x: float
    width: float


@dataclass(frozen=True)
class Label:
    x: float
    words: str
    is_last: bool = False


@dataclass(frozen=True)
class Bar:
    """The drawing, and all of it in one sentence."""

    pieces: Sequence[Piece]
    labels: Sequence[Label]
    words: str


def draw(session: Session, entries: Sequence[Told]) -> Bar | None:
    """The bar of the clock that presses; none where no clock with a term runs, or nothing was counted yet."""
    spent = explaining.spent(session, events(entries), now=current.now())
    if spent is None or spent.term_seconds <= 0 or spent.counted_seconds < 60:
        return None
    shares = [share for share in spent.shares if share.charged_seconds > 0]
    names = _names(session, shares)
    left = max(0, spent.term_seconds - spent.counted_seconds)
    told = [_told(share, name) for share, name in zip(shares, names, strict=True)]
    tail = "" if spent.is_over or not left else gettext("%(time)s left", time=duration(left))
    words = gettext(
        "%(term)s by stage: %(stages)s",
        term=duration(spent.term_seconds),
        stages=", ".join([*told, *([str(tail)] if tail else [])]),
    )
    pieces, starts = _pieces(spent, shares, left)
    short = [str(passport_words.STAGES[share.stage]).lower() for share in shares]
    return Bar(pieces, _labels(shares, short, starts, left if tail else 0), str(words))


def _pieces(spent: Spent, shares: Sequence[Share], left: int) -> tuple[list[Piece], list[float]]:
    whole = max(spent.term_seconds, spent.counted_seconds)
    found, starts, x = [], [], 0.0
    for share in shares:
        starts.append(x)
        within = share.charged_seconds - share.over_seconds
        for tone, seconds in ((TONES[share.stage], within), ("soon", share.over_seconds)):
            if seconds > 0:
                width = max(NARROWEST, WIDTH * seconds / whole)
                found.append(Piece(tone, round(x, 1), round(width - GAP, 1)))
                x += width
    if left:
        found.append(Piece("h1", round(x, 1), round(max(NARROWEST, WIDTH - x), 1)))
    return found, starts


def _labels(shares: Sequence[Share], names: Sequence[str], starts: Sequence[float], left: int) -> list[Label]:
    """A word under each stage that has room for it; what is left stands at the right edge."""
    last = str(gettext("%(minutes)s more", minutes=left // 60)) if left else ""
    room = WIDTH - len(last) * LETTER
    found, free = [], 0.0
    for share, name, start in zip(shares, names, starts, strict=True):
        minutes = share.charged_seconds // 60
        words = f"{name} {minutes}"
        if share.over_seconds >= 60 and share.planned_seconds is not None:
            words = str(gettext("%(stage)s of %(planned)s", stage=words, planned=share.planned_seconds // 60))
        x, width = max(start, free), len(words) * LETTER
        if minutes and x - start < 60 and x + width < room:
            found.append(Label(round(x, 1), words))
            free = x + width + 8
    return found + ([Label(WIDTH, last, is_last=True)] if last else [])


def _told(share: Share, name: str) -> str:
    spent = duration(share.charged_seconds)
    if share.over_seconds >= 60 and share.planned_seconds is not None:
        return str(
            gettext(
                "%(stage)s %(time)s of %(planned)s", stage=name, time=spent, planned=duration(share.planned_seconds)
            )
        )
    return f"{name} {spent}"


def _names(session: Session, shares: Sequence[Share]) -> list[str]:
    known = choices.departments(session)
    departments = [known.get(share.department_id or 0) for share in shares]
    return [
        department.name if department else str(passport_words.STAGES[share.stage]).lower()
        for share, department in zip(shares, departments, strict=True)
    ]
