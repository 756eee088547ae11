"""What is this about? Topics ranked by the beginnings of words that a text shares with them.

A keyword is one or more word beginnings ("ям дорог"); a beginning of one or two letters must be a whole word. A phrase
matches when its words stand within five words of each other in any order. Weight is log(N/df), where N is the number
of topics and df the number of topics that name the keyword; a phrase counts one and a half times. Lower case, ё = е.
The description and its measured worth: reference/domain.md, section 5, and docs/benchmarks.md.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WINDOW = 5
PHRASE_BONUS = 1.5
WHOLE_WORD = 2

_WORD = re.compile(r"[0-9a-zа-я]+")
_MENTION = re.compile(r"\[(?:id|club|public)\d+\|[^\]]*\]")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class TopicWords:
    """A topic as the matcher needs it: its key, its group's key, and its keywords."""

    topic: int
    group: int
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic with its score (0 and up, no unit) and the words of the text that spoke for it."""

    topic: int
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Keyword:
    parts: tuple[str, ...]
    weight: float
    topics: tuple[int, ...]


class Matcher:
    """The keywords of all topics, indexed once by the first letters of their first word; asked once a text."""

    def __init__(self, topics: Iterable[TopicWords]) -> None:
        self._group: dict[int, int] = {}
        named: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for row in topics:
            self._group[row.topic] = row.group
            for parts in {tuple(words(keyword)) for keyword in row.keywords}:
                if parts:
                    named[parts].append(row.topic)
        self._index: defaultdict[str, list[_Keyword]] = defaultdict(list)
        for parts, named_by in named.items():
            weight = math.log(len(self._group) / len(named_by)) * (PHRASE_BONUS if len(parts) > 1 else 1.0)
            self._index[parts[0][:WHOLE_WORD]].append(_Keyword(parts, weight, tuple(named_by)))

    def suggest(self, text: str, most: int = 3) -> list[Suggestion]:
        """The best topics for a text, best first: groups by the sum of their topics' scores, then topics within them."""
        found = words(text)
        scores: Counter[int] = Counter()
        spoke: defaultdict[int, dict[str, None]] = defaultdict(dict)
        for keyword, matched in self._matches(found):
            for topic in keyword.topics:
                scores[topic] += keyword.weight  # type: ignore[assignment]  # Counter is typed for whole numbers
                spoke[topic].update(dict.fromkeys(matched))
        groups: Counter[int] = Counter()
        for topic, score in scores.items():
            groups[self._group[topic]] += score
        order = sorted(scores, key=lambda t: (-(scores[t] + groups[self._group[t]] / 2), t))
        return [Suggestion(topic, round(float(scores[topic]), 3), tuple(spoke[topic])) for topic in order[:most]]

    def _matches(self, found: Sequence[str]) -> Iterable[tuple[_Keyword, list[str]]]:
        seen: set[tuple[str, ...]] = set()
        for place, word in enumerate(found):
            for keyword in self._index.get(word[:WHOLE_WORD], ()):
                if keyword.parts in seen:
                    continue
                matched = _match(keyword.parts, found, place)
                if matched:
                    seen.add(keyword.parts)
                    yield keyword, matched


def words(text: str) -> list[str]:
    """The words of a text as the matcher reads them: no links, no mentions, lower case, ё as е."""
    plain = _LINK.sub(" ", _MENTION.sub(" ", text)).lower().replace("ё", "е")
    return _WORD.findall(plain)


def is_clear(suggestions: Sequence[Suggestion], score: float, margin: float) -> bool:
    """Is the best suggestion good enough to act on without a person: its score, and its distance to the next one?"""
    if not suggestions or suggestions[0].score < score:
        return False
    return len(suggestions) == 1 or suggestions[0].score - suggestions[1].score >= margin


def _match(parts: tuple[str, ...], found: Sequence[str], place: int) -> list[str]:
    """The words that match all parts around `place` (where the first part stands), or nothing."""
    if not _begins(found[place], parts[0]):
        return []
    matched = [found[place]]
    near = found[max(0, place - WINDOW + 1) : place + WINDOW]
    for part in parts[1:]:
        word = next((w for w in near if _begins(w, part) and w not in matched), None)
        if word is None:
            return []
        matched.append(word)
    return matched


def _begins(word: str, part: str) -> bool:
    return word == part if len(part) <= WHOLE_WORD else word.startswith(part)
