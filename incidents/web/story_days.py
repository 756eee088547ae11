"""An appeal's story as a page tells it: by days, calm where only the program did something; and why it lies where it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from incidents.rules.acts import Act
from incidents.web import current, moments
from incidents.web.story import Line


@dataclass(frozen=True)
class Day:
    """A day of the story, newest first; lines of the program alone that follow each other are one bundle."""

    name: str
    bundles: Sequence[Sequence[Line]]


def days(lines: Sequence[Line]) -> list[Day]:
    """The story by days, what the program did by itself folded where it is more than a line."""
    now, zone = current.now(), current.settings().town_zone
    found = []
    for on, of_day in groupby(lines, key=lambda line: line.at.astimezone(zone).date()):
        bundles: list[list[Line]] = []
        for line in of_day:
            follows = bundles and bundles[-1][-1].is_machine and line.is_machine
            if follows:
                bundles[-1].append(line)
            else:
                bundles.append([line])
        found.append(Day(moments.date_words(on, now.astimezone(zone).date()), bundles))
    return found


def route(lines: Sequence[Line]) -> Markup:
    """Why it lies where it lies: the sentence of the last time it was given to somebody."""
    last = next((line for line in lines if line.act in (Act.ASSIGN, Act.RETURN)), None)
    if last is None:
        return Markup()
    why = f": {last.reason}" if last.reason and not last.is_machine else ""
    return Markup("{}{}, {}").format(last.words, why, last.clock)
