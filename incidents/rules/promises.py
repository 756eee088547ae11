"""Dates that an answer promises: "до 15 ноября", "в течение недели", "в пятницу", "4 квартал" -> a day and the place in the text.

A day is the last one on which the promise is still kept, read as the citizen may read it: "до конца недели" is Sunday.
What names a day without a preposition of time ("20 ноября", "в ноябре", "завтра") counts only where the sentence says
that something will be done; what is asked of the citizen ("подайте заявку до …") is no promise of ours. A person confirms
or dismisses each before it is published, so one too many costs a click, one too few is forgotten.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from incidents.rules.promise_days import FARTHEST, READ, IsWorking
from incidents.rules.promise_words import COUNTS, FUTURE, NOT_OURS, SEASONS, month_pattern, weekday_pattern


@dataclass(frozen=True, slots=True)
class Found:
    """A promised day and where the text names it, in code points [start, end). `is_past`: it was over when it was said."""

    due_on: date
    start: int
    end: int
    is_past: bool = False


_BY = r"(?:не позднее|не позже|в срок до|вплоть до|до|к|по)"
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(COUNTS, key=len, reverse=True)) + r")"
_YEAR = r"(?:\s+(?P<year>20\d\d)(?:\s*(?:года?|г\.?))?)?"
_UNIT = r"(?P<unit>рабоч\w+\s+дн\w+|дн\w+|день|сут\w+|недел\w+|месяц\w*|год\w*|лет|час\w*)"

#: Kind, pattern, and whether a word of the future must stand in the sentence.
_PATTERNS: tuple[tuple[str, re.Pattern[str], bool], ...] = tuple(
    (kind, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), needs_future)
    for kind, pattern, needs_future in (
        ("numeric", _BY + r"\s+(?P<day>\d{1,2})[./](?P<month>\d{1,2})(?:[./](?P<year>20\d\d|\d\d))?", False),
        ("numeric", r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)", True),
        ("dated", _BY + rf"\s+(?P<day>\d{{1,2}})(?:-?го)?\s+(?P<month>{month_pattern()}){_YEAR}", False),
        ("dated", rf"(?<!от )(?P<day>\d{{1,2}})(?:-?го)?\s+(?P<month>{month_pattern()}){_YEAR}", True),
        ("within", rf"в\s+течени[еи]\s+(?:(?:ближайш\w+|следующ\w+)\s+)?(?:{_COUNT}(?:-\w+)?\s+)?{_UNIT}", False),
        ("within", rf"(?:через|за)\s+(?:{_COUNT}\s+)?{_UNIT}", True),
        ("end", r"(?:до|к|в)\s+конц[ауе]\s+(?:(?:этого|этой|текущего|текущей|нынешнего)\s+)?(?P<what>дня|рабочего\s+дня|недели|месяца|квартала|года)", False),
        ("end_next", r"(?:до|к|в)\s+конц[ауе]\s+следующ\w+\s+(?P<what>недели|месяца|квартала|года)", False),
        ("end_month", rf"(?:до|к|в)\s+конц[ауе]\s+(?P<month>{month_pattern()}){_YEAR}", False),
        ("quarter", r"(?:до\s+конца\s+|в\s+)?(?P<quarter>[1-4]|i{1,3}|iv)(?:-?(?:й|ом|м|го|ого|ем))?\s+квартал\w*" + _YEAR, False),
        ("part", rf"в\s+(?P<part>начале|середине)\s+(?P<month>{month_pattern()}){_YEAR}", True),
        ("month", rf"в\s+(?P<month>{month_pattern()}){_YEAR}", True),
        ("season", rf"(?P<season>{'|'.join(SEASONS)}){_YEAR}", True),
        ("next_week", r"на\s+(?P<which>следующей|будущей|этой|текущей|ближайшей)\s+неделе", True),
        ("next_month", r"в\s+(?P<which>следующем|этом|текущем)\s+месяце", True),
        ("weekday", rf"(?:во?|до|к|ко)\s+(?P<next>следующ\w+\s+|эт\w+\s+|ближайш\w+\s+)?(?P<weekday>{weekday_pattern()})", True),
        ("named", r"(?P<named>сегодня|завтра|послезавтра)", True),
        ("year", r"в\s+(?P<year>20\d\d)\s+году", True),
    )
)  # fmt: skip
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*")


def find(text: str, said_on: date, is_working: IsWorking) -> list[Found]:
    """The days that a text promises when it is said on `said_on`, in the order in which they stand there, each day once."""
    letters = plain(text)
    taken: list[Found] = []
    for begin, end in sentences(letters):
        sentence = letters[begin:end]
        if NOT_OURS.search(sentence):
            continue
        has_future = FUTURE.search(sentence) is not None
        for kind, pattern, needs_future in _PATTERNS:
            if needs_future and not has_future:
                continue
            for match in pattern.finditer(sentence):
                taken += _kept(kind, match, begin, said_on, is_working, taken)
    return _each_day_once(sorted(taken, key=lambda each: each.start))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text begin and end; a full stop inside a date or a time ends none."""
    for match in _SENTENCE.finditer(text):
        yield match.span()


def plain(text: str) -> str:
    """Lower case with ё as е, letter by letter, so that a place in it is the same place in the text."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text).replace("ё", "е")


def _kept(
    kind: str, match: re.Match[str], begin: int, said_on: date, is_working: IsWorking, taken: list[Found]
) -> Iterator[Found]:
    start, end = begin + match.start(), begin + match.end()
    if any(start < other.end and other.start < end for other in taken):
        return
    try:
        due_on = READ[kind](match, said_on, is_working)
    except (ValueError, OverflowError):
        return
    if due_on is None or due_on > said_on + FARTHEST:
        return
    is_past = due_on < said_on
    # A past day without a preposition is a fact that is told, not a promise.
    if not is_past or match.group().startswith(("до", "не поз", "к ", "в срок")):
        yield Found(due_on, start, end, is_past)


def _each_day_once(found: list[Found]) -> list[Found]:
    days: dict[date, Found] = {}
    for each in found:
        days.setdefault(each.due_on, each)
    return list(days.values())
