"""The check before publishing: what of an answer the citizen, or the law, would stumble over, and where it stands.

Pure: a text and what is known beside it (`Context`) give findings, those that forbid first. A finding names a code and a
place; the words for the reader are the page's (`web.answer_words`). What is checked, and how hard, the town says in
`answer_checks`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from incidents.rules import answer_substance, officialese, personal_data, promises, reply_templates
from incidents.rules.acts import Purpose
from incidents.rules.promise_days import IsWorking


class Kind(StrEnum):
    """What can be checked, by its name in the settings."""

    PERSONAL = "personal"
    OFFICIALESE = "officialese"
    UNDATED = "undated"
    NOWHERE = "nowhere"
    UNHEARD = "unheard"
    REPEATED = "repeated"
    GREETING = "greeting"
    SIGNATURE = "signature"
    #: A place of a template that nobody filled.
    BLANK = "blank"


class Level(StrEnum):
    """How hard."""

    FORBIDS = "forbids"
    ADVICE = "advice"
    OFF = "off"


DEFAULT = (
    "personal:forbids,officialese:advice,undated:advice,nowhere:advice,"
    "unheard:advice,repeated:advice,greeting:advice,signature:advice,blank:forbids"
)
#: Never more than advice: a telephone of an office that the town has not named may well be meant.
_ONLY_ADVICE = frozenset({"phone"})


class BadChecks(ValueError):
    """The setting cannot be read; the text says which part."""


@dataclass(frozen=True, slots=True)
class House:
    """What the town asks of every answer."""

    levels: Mapping[Kind, Level] = field(default_factory=lambda: read_levels(DEFAULT))
    #: The words that end an answer of this town; empty: none are asked for.
    signature: str = ""
    #: Telephones and mailboxes that the town publishes itself (`personal_data.contacts_in`).
    contacts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the text."""

    question: str
    today: date
    is_working: IsWorking
    house: House
    purpose: Purpose = Purpose.FINAL
    #: Everybody can read it; a private message is only the citizen's.
    is_public: bool = True
    #: More of the town's own contacts than the house names: those of its templates.
    contacts: Collection[str] = frozenset()
    #: What this author was answered before.
    earlier: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: its kind, a code, and [start, end) in code points; an empty place means the text as a whole."""

    kind: Kind
    code: str
    level: Level
    start: int = 0
    end: int = 0
    #: What to write instead; `fits` says that it can be put there as it is.
    suggestion: str = ""
    fits: bool = False

    @property
    def forbids(self) -> bool:
        return self.level is Level.FORBIDS


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as the checks read it: small letters with ё as е, its sentences, the days it names."""

    plain: str
    sentences: Sequence[tuple[int, int]]
    days: Sequence[promises.Found] = field(default=())


def read_levels(written: str) -> dict[Kind, Level]:
    """`personal:forbids,officialese:advice`; what is not named is off. Raises BadChecks with a sentence."""
    levels = dict.fromkeys(Kind, Level.OFF)
    for part in (each.strip() for each in written.split(",") if each.strip()):
        kind, _, level = part.partition(":")
        if kind not in set(Kind) or level not in set(Level):
            raise BadChecks(f"{part!r}: write one of {', '.join(Kind)}, a colon, and one of {', '.join(Level)}")
        levels[Kind(kind)] = Level(level)
    return levels


def check(text: str, context: Context) -> list[Finding]:
    """Every finding, those that forbid first, then as they stand in the text. An empty text has none."""
    if not text.strip():
        return []
    plain = promises.plain(text)
    days = promises.find(text, context.today, context.is_working)
    read = _Read(plain, list(promises.sentences(plain)), days)
    found = [each for each in _all(read, context) if each.level is not Level.OFF]
    return sorted(found, key=lambda each: (not each.forbids, each.end == 0, each.start, each.end))


def _all(read: _Read, context: Context) -> Iterator[Finding]:
    level = context.house.levels
    if context.is_public:
        for code, start, end in personal_data.find(read.plain, context.house.contacts | set(context.contacts)):
            is_soft = code in _ONLY_ADVICE and level[Kind.PERSONAL] is Level.FORBIDS
            yield Finding(Kind.PERSONAL, code, Level.ADVICE if is_soft else level[Kind.PERSONAL], start, end)
    for start, end, words, fits in officialese.find(read.plain):
        yield Finding(Kind.OFFICIALESE, "officialese", level[Kind.OFFICIALESE], start, end, words, fits)
    for start, end in answer_substance.without_contact(read.plain, read.sentences):
        yield Finding(Kind.NOWHERE, "nowhere", level[Kind.NOWHERE], start, end)
    for day in read.days:
        if day.is_past:
            yield Finding(Kind.UNDATED, "past_day", level[Kind.UNDATED], day.start, day.end)
    for start, end in reply_templates.blanks(read.plain):
        yield Finding(Kind.BLANK, "blank", level[Kind.BLANK], start, end)
    yield from _of_the_matter(read, context)
    yield from _of_the_house(read, context)


def _of_the_matter(read: _Read, context: Context) -> Iterator[Finding]:
    level = context.house.levels
    if context.purpose is not Purpose.QUESTION:
        dated = [(day.start, day.end) for day in read.days]
        # The date of a deferral stands beside the text.
        if context.purpose is not Purpose.DEFERRAL:
            for start, end in answer_substance.without_day(read.plain, read.sentences, dated):
                yield Finding(Kind.UNDATED, "undated", level[Kind.UNDATED], start, end)
        words = answer_substance.untouched(promises.plain(context.question), read.plain)
        if words:
            yield Finding(Kind.UNHEARD, "unheard", level[Kind.UNHEARD], suggestion=", ".join(words))
    if answer_substance.is_same(read.plain, [promises.plain(other) for other in context.earlier]):
        yield Finding(Kind.REPEATED, "repeated", level[Kind.REPEATED])


def _of_the_house(read: _Read, context: Context) -> Iterator[Finding]:
    level = context.house.levels
    if not answer_substance.greets(read.plain):
        yield Finding(Kind.GREETING, "greeting", level[Kind.GREETING])
    signature = " ".join(promises.plain(context.house.signature).split())
    if signature and signature not in " ".join(read.plain.split()):
        yield Finding(Kind.SIGNATURE, "signature", level[Kind.SIGNATURE], suggestion=context.house.signature)
