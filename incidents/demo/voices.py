"""What citizens say and what the town answers: phrases.toml and the streets, put together by chance.

The same seed gives the same words. Used by the making of history (stories) and by the town's life (life).
"""

import random
import tomllib
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import accumulate

from incidents.demo.streets import by_when, somewhere

#: How much more often than on average a season's topics are written about, by month.
_SEASONS = {
    "all": (1.0,) * 12,
    "winter": (3.2, 2.6, 1.9, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.3, 1.7, 3.0),
    "spring": (0.5, 0.6, 1.8, 2.8, 2.2, 1.1, 0.8, 0.8, 0.7, 0.6, 0.4, 0.3),
    "summer": (0.1, 0.1, 0.2, 0.7, 1.6, 2.4, 2.6, 2.2, 1.4, 0.6, 0.1, 0.1),
    "autumn": (0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.7, 1.2, 1.8, 1.9, 1.5, 1.2),
    "heating": (1.9, 1.4, 1.1, 0.8, 0.6, 0.1, 0.1, 0.2, 1.2, 2.4, 1.6, 1.7),
}
_FIRST_NAMES = (
    "Мария", "Ольга", "Елена", "Наталья", "Татьяна", "Ирина", "Светлана", "Юлия", "Екатерина", "Анастасия",
    "Людмила", "Марина", "Надежда", "Оксана", "Ксения", "Виктория", "Валентина", "Алёна", "Дарья", "Любовь",
    "Александр", "Сергей", "Андрей", "Алексей", "Дмитрий", "Евгений", "Максим", "Роман", "Николай", "Иван",
    "Виталий", "Павел", "Денис", "Константин", "Юрий", "Артём", "Олег", "Антон", "Станислав", "Михаил",
)  # fmt: skip
_INITIALS = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЯ"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the classifier as this town writes about it."""

    name: str
    weight: float
    season: str
    says: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What one citizen wrote; `slots` are the place and the details that an answer takes up again."""

    topic: Topic
    text: str
    name: str
    slots: dict[str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The file, read."""

    topics: tuple[Topic, ...]
    lists: dict[str, tuple[str, ...]]
    #: The running sums of the topics' weights, a list a month.
    scales: tuple[tuple[float, ...], ...]

    def topic(self, name: str) -> Topic | None:
        """The topic of this name, if this town ever writes about it."""
        return next((topic for topic in self.topics if topic.name == name), None)


@cache
def phrases() -> Phrases:
    """The phrases, read once a process."""
    read = tomllib.loads((resources.files("incidents.demo") / "phrases.toml").read_text(encoding="utf-8"))
    topics = tuple(
        Topic(row["name"], row["weight"], row["season"], tuple(row["says"]), tuple(row["answers"]))
        for row in read.pop("topic")
    )
    scales = tuple(
        tuple(accumulate(topic.weight * _SEASONS[topic.season][month] for topic in topics)) for month in range(12)
    )
    return Phrases(topics, {name: tuple(words) for name, words in read.items()}, scales)


def complain(chance: random.Random, month: int, name: str, only: Sequence[str] = ()) -> Complaint:
    """What somebody of this name writes in this month (1 to 12); `only` narrows it to seasons."""
    known = phrases()
    topic = _pick(chance, known, month)
    while only and topic.season not in only:
        topic = _pick(chance, known, month)
    slots = somewhere(chance)
    core = chance.choice(topic.says).format(**slots)
    opener, closer = chance.choice(known.lists["openers"]), chance.choice(known.lists["closers"])
    if opener.endswith(", "):
        text = opener + core[0].lower() + core[1:] + closer
    else:
        text = opener + core[0].upper() + core[1:] + closer
    return Complaint(topic, text, name, slots)


def answer(chance: random.Random, topic: Topic | None, name: str, slots: dict[str, str], today: date) -> str:
    """What the town answers, by the name of the citizen and with a date that is still to come."""
    known = phrases()
    filled = {**slots, "срок": by_when(chance, today), "имя": name.split(" ")[0]}
    greetings = known.lists["greetings"] if filled["имя"] else known.lists["greetings"][-1:]
    core = chance.choice(topic.answers if topic is not None and slots else known.lists["general_answers"])
    text = core.format(**filled)
    return (
        chance.choice(greetings).format(**filled) + text[0].upper() + text[1:] + chance.choice(known.lists["goodbyes"])
    )


def somebody(chance: random.Random) -> str:
    """A first name and an initial: nobody in particular."""
    return f"{chance.choice(_FIRST_NAMES)} {chance.choice(_INITIALS)}."


def _pick(chance: random.Random, known: Phrases, month: int) -> Topic:
    scale = known.scales[month - 1]
    return known.topics[min(bisect(scale, chance.random() * scale[-1]), len(known.topics) - 1)]
