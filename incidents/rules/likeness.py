"""Do two people write about the same? Words cut to their beginnings, how much two texts share, and when that is a repeat.

Cheap on purpose: it is asked of dozens of candidates while a card is drawn. Which candidates, `flow.likening` finds.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from incidents.rules.topics import words

#: Long enough to tell words apart, short enough to lose most endings.
BEGINNING = 5
SHORTEST = 4
#: Courtesies and words without a matter of their own.
_COURTESIES = (
    "здравствуйте добрый день вечер утро пожалуйста подскажите скажите просьба прошу примите меры когда почему какой "
    "которые который нашем нашей нашего этого этот очень просто опять снова уже тоже также может можно нельзя будет "
    "были было если чтобы сколько никто ничего спасибо уважаемые администрация города город улица улице дома доме "
    "двор дворе адресу адрес возле около после перед больше каждый день люди всегда есть нету надо нужно"
)
_EMPTY = frozenset(word[:BEGINNING] for word in _COURTESIES.split())

#: From here on two texts are about the like, and about the same.
LIKE, SAME = 0.34, 0.72
#: What one address and one topic add.
ADDRESS_ADDS, TOPIC_ADDS = 0.3, 0.12
#: Within so many days the same matter of one author is a repeat.
REPEAT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Matter:
    """What an appeal is about, as far as a machine knows: its words, topic and address."""

    tokens: frozenset[str]
    topic_id: int | None = None
    address_key: str | None = None


@lru_cache(maxsize=2_048)
def tokens(text: str) -> frozenset[str]:
    """The beginnings of the words that carry the matter; one card after another is held against the same latest texts."""
    cut = (word[:BEGINNING] for word in words(text) if len(word) >= SHORTEST and not word.isdecimal())
    return frozenset(word for word in cut if word not in _EMPTY)


def shared(one: Collection[str], other: Collection[str]) -> float:
    """The share of words two texts have in common, 0 to 1 (Dice)."""
    if not one or not other:
        return 0.0
    return 2 * len(frozenset(one) & frozenset(other)) / (len(one) + len(other))


def likeness(one: Matter, other: Matter) -> float:
    """How much two appeals are about the same: words first, one address and one topic speak for it too."""
    score = shared(one.tokens, other.tokens)
    if one.topic_id is not None and one.topic_id == other.topic_id:
        score += TOPIC_ADDS
    if one.address_key and one.address_key == other.address_key:
        score += ADDRESS_ADDS
    elif one.address_key and other.address_key:
        # The same trouble in another yard is a like one, never the same.
        score = min(score, SAME - 0.01)
    return min(score, 1.0)


def is_repeat(now: Matter, then: Matter, received_at: datetime, earlier_at: datetime) -> bool:
    """Did the same author write about the same matter not long before: by topic, or by the like words?"""
    if not timedelta() <= received_at - earlier_at <= timedelta(days=REPEAT_DAYS):
        return False
    is_one_topic = now.topic_id is not None and now.topic_id == then.topic_id
    return is_one_topic or shared(now.tokens, then.tokens) >= LIKE
