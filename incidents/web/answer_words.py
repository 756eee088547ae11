"""The check before publishing as the writer of an answer sees it: each finding in words, each promised day, what forbids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext

from incidents.flow import checking, promises
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.rules.acts import Purpose
from incidents.rules.answers import Finding
from incidents.rules.promises import Found
from incidents.web import current

#: Code of a finding: what it is, and what to do.
WORDS: dict[str, tuple[Any, Any]] = {
    "mobile": (lazy_gettext("A private telephone in a public answer"), lazy_gettext("Give the number of an office.")),
    "phone": (
        lazy_gettext("A telephone that the town has not named"),
        lazy_gettext("Is it an office's? Then have it added to the known contacts."),
    ),
    "email": (lazy_gettext("A private mailbox in a public answer"), lazy_gettext("Give the address of an office.")),
    "passport": (lazy_gettext("The number of a passport"), lazy_gettext("Take it out.")),
    "snils": (lazy_gettext("An insurance number"), lazy_gettext("Take it out.")),
    "card": (lazy_gettext("The number of a bank card"), lazy_gettext("Take it out.")),
    "flat": (
        lazy_gettext("Somebody's flat in a public answer"),
        lazy_gettext("The house is enough: everybody can read this."),
    ),
    "officialese": (lazy_gettext("plainer"), ""),
    "undated": (
        lazy_gettext("a promise without a day"),
        lazy_gettext("By which day? If it is not known, by when it will be."),
    ),
    "past_day": (lazy_gettext("this day is over"), lazy_gettext("Check the date.")),
    "nowhere": (lazy_gettext("no telephone, address or hours"), lazy_gettext("Say whom to ask for and how.")),
    "unheard": (lazy_gettext("The answer names nothing of what was asked about"), ""),
    "repeated": (lazy_gettext("This author has had the same text before"), lazy_gettext("Say what is new.")),
    "greeting": (lazy_gettext("No greeting"), ""),
    "signature": (lazy_gettext("No signature"), ""),
    "blank": (lazy_gettext("a place of the template is empty"), lazy_gettext("Fill it in.")),
}


@dataclass(frozen=True)
class Remark:
    """One finding as a line of the list; `start` and `end` in UTF-16 units, as a browser counts. A place of none: the whole."""

    finding: Finding
    quoted: str
    start: int
    end: int
    words: Any
    advice: Any

    @property
    def tone(self) -> str:
        return "late" if self.finding.forbids else "soon"


@dataclass(frozen=True)
class Promised:
    """One day that the text promises, and whether it is to be followed once it is published."""

    found: Found
    quoted: str
    start: int
    end: int
    is_followed: bool


@dataclass(frozen=True)
class Check:
    """Everything that stands beside the text."""

    remarks: Sequence[Remark]
    promised: Sequence[Promised]
    is_empty: bool

    @property
    def forbids(self) -> int:
        return sum(each.finding.forbids for each in self.remarks)

    @property
    def advises(self) -> int:
        return len(self.remarks) - self.forbids

    @property
    def spans(self) -> list[tuple[int, int, str]]:
        """What is marked under the text, in order and without overlap; what forbids before what advises."""
        wanted = [(each.start, each.end, each.tone) for each in self.remarks if each.end]
        wanted += [(each.start, each.end, "fine") for each in self.promised]
        taken: list[tuple[int, int, str]] = []
        for start, end, tone in wanted:
            if not any(start < other_end and other < end for other, other_end, _ in taken):
                taken.append((start, end, tone))
        return sorted(taken)


def check(appeal: Appeal, text: str, answer: Answer | None, purpose: Purpose, ticked: dict[date, bool]) -> Check:
    """What is found in a text as it stands; `ticked` is what the form says of days it has shown."""
    text = text.replace("\r\n", "\n")
    session, now = current.session(), current.now()
    remarks = remarks_on(text, checking.check(session, appeal, text, now=now, purpose=purpose))
    kept = {date.fromisoformat(day): is_followed for day, is_followed in answer.followed.items()} if answer else {}
    found = [each for each in promises.found_in(session, text, now=now) if not each.is_past]
    promised = [
        Promised(
            each,
            text[each.start : each.end],
            *_place(text, each.start, each.end),
            {**kept, **ticked}.get(each.due_on, True),
        )
        for each in found
    ]
    return Check(remarks, promised, not text.strip())


def remarks_on(text: str, findings: Sequence[Finding]) -> list[Remark]:
    """What was found in a text, in words."""
    return [_remark(text, each) for each in findings]


def _remark(text: str, finding: Finding) -> Remark:
    words, advice = WORDS[finding.code]
    return Remark(finding, text[finding.start : finding.end], *_place(text, finding.start, finding.end), words, advice)


def _place(text: str, start: int, end: int) -> tuple[int, int]:
    """A place in code points as a browser counts it: letters beyond the basic plane are two."""
    before, inside = text[:start], text[start:end]
    first = len(before.encode("utf-16-le", "surrogatepass")) // 2
    return first, first + len(inside.encode("utf-16-le", "surrogatepass")) // 2
