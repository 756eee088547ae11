"""A reply template: words with places in braces, filled for one appeal; and which template fits an appeal best.

A place without a value stays in brackets, so that it is seen, and the check before publishing forbids it (`blanks`); only
a name that is not known goes without a trace: «Здравствуйте, {имя}!» becomes «Здравствуйте!».
"""

import re
from collections.abc import Iterator, Mapping

#: Every place that a template may hold, in the order in which they are offered.
VARIABLES = ("имя", "адрес", "тема", "отдел", "номер", "срок", "город", "подпись")
#: Whose absence a sentence can do without.
_DISPENSABLE = frozenset({"имя", "подпись"})
_PLACE = re.compile(r"\{\s*([^{}\n]{1,40}?)\s*\}")
_LEFT = re.compile(r"\{[^{}\n]{0,40}\}|\[(?:" + "|".join(VARIABLES) + r")\]")
_GAP = re.compile(r",?[ \t]+(?=[!?.,…])")


def unknown(text: str) -> list[str]:
    """The places of a text that no appeal can fill."""
    return list(dict.fromkeys(name for name in _PLACE.findall(text) if name.lower() not in VARIABLES))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled. What is not known stands there as [адрес]; see the module for a name."""

    def put(match: re.Match[str]) -> str:
        name = match[1].lower()
        value = values.get(name, "").strip()
        return value or ("" if name in _DISPENSABLE else f"[{name}]")

    filled = _PLACE.sub(put, text)
    has_gap = any(not values.get(name.lower(), "").strip() for name in _PLACE.findall(text))
    return _GAP.sub("", filled).strip() if has_gap else filled.strip()


def blanks(plain: str) -> Iterator[tuple[int, int]]:
    """Where a place was left unfilled."""
    return (match.span() for match in _LEFT.finditer(plain))


def first_name(written: str) -> str:
    """How to address somebody whom a network calls so: the first word, where it looks like a name."""
    word = written.split()[0] if written.split() else ""
    return word if word.isalpha() and len(word) > 1 and word[0].isupper() and word[1:].islower() else ""


def fit(
    topic_id: int | None,
    group_id: int | None,
    department_id: int | None,
    of_appeal: tuple[int | None, int | None, int | None],
) -> int:
    """How well a template fits an appeal (its topic, group, department): 3 topic, 2 group, 1 department, 0 for all, -1 another."""
    topic, group, department = of_appeal
    if topic_id is not None:
        return 3 if topic_id == topic else -1
    if group_id is not None:
        return 2 if group_id == group else -1
    if department_id is not None:
        return 1 if department_id == department else -1
    return 0
