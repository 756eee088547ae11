"""Who is named in a note: `@zoya`, `@Зоя`, `@Зоя_Климова`, as colleagues write it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NAMED = re.compile(r"(?<![\w@])@([\w.-]{2,64})")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be named."""

    id: int
    login: str
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a note names; `unknown` are the words after @ that fit nobody, or more than one."""

    people: tuple[int, ...]
    unknown: tuple[str, ...]


def named(text: str, colleagues: Iterable[Colleague]) -> Named:
    """Whom a text names: by login, by first or last name where only one person bears it, or by both joined with `_`."""
    known = list(colleagues)
    people: dict[int, None] = {}
    unknown: dict[str, None] = {}
    for written in _NAMED.findall(text):
        word = written.rstrip(".-_").casefold()
        fits = [each.id for each in known if each.login.casefold() == word]
        fits = fits or [each.id for each in known if word in _names(each.name)]
        if len(fits) == 1:
            people[fits[0]] = None
        else:
            unknown[written.rstrip(".-_")] = None
    return Named(tuple(people), tuple(unknown))


def _names(name: str) -> set[str]:
    parts = name.casefold().split()
    return {*parts, "_".join(parts)}
