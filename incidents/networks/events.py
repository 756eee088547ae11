"""What a network can tell us, in one shape for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incidents.rules.places import Place


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader must know of the source: the page's own id, its account's name, and where people open the network."""

    external_id: int
    account: str | None
    web_url: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote something: a citizen, or (`is_ours`) the page itself, by our hand or a colleague's."""

    object_key: str
    place: Place
    #: One author in one place: quick messages within it are one appeal.
    conversation: str
    #: The branch of comments, or nothing where there are none.
    branch: str | None
    author_id: str
    text: str
    posted_at: datetime
    permalink: str | None
    #: What is needed to answer right under these words.
    reply_to: Mapping[str, Any]
    author_name: str = ""
    author_url: str | None = None
    attachments: tuple[Mapping[str, Any], ...] = ()
    is_ours: bool = False
    #: Of our own words: the network's id of them, and the random id under which we sent them.
    external_id: str | None = None
    random_id: int | None = None
    #: Of our own words: the key of the words they answer, where the network says it.
    answers: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """The page itself published something: what citizens' comments will stand under. `key` is `posts.key_of`'s."""

    key: str
    text: str
    posted_at: datetime
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Edited:
    """Known words have a new wording."""

    object_key: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deleted:
    """Known words are gone from the network."""

    object_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """Deleted words are back."""

    object_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and nothing to us; `why` is a code for the journal of the inbox."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Of a kind we do not read, or unreadable; kept for a person."""

    kind: str


#: What a reader meets where a network's field is missing or of another type; an infinite number or a date before
#: all time are such fields too (OverflowError, OSError).
UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)

Event = Said | Posted | Edited | Deleted | Restored | Ignored | Unknown


@dataclass(frozen=True, slots=True)
class Letter:
    """An answer on its way: the snapshot that was approved, where it goes, and our own name for this one delivery."""

    text: str
    reply_to: Mapping[str, Any]
    guid: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network confirmed: the citizen can see it."""

    external_id: str
    permalink: str | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """The network did not confirm. `kind` says who must act next:

    `retry` we, later (not before `retry_after` seconds); `operator` a person must change or place this answer;
    `admin` the page's access must be mended, everything else of this source waits; `unknown` the words were sent and
    nothing was heard: they may stand there or not.
    """

    kind: str
    code: str
    words: str = ""
    retry_after: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


Outcome = Receipt | Failure
