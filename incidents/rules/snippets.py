"""The piece of a text that shows why it was found, cut at words, with the places to be marked.

What counts as found is the asker's: `is_wanted` hears each word as it is written.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
#: Signs shown of a text, and before the first word that was found.
LONGEST, BEFORE = 180, 50


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text; `is_found` where it is a word that was looked for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """Pieces in their order, and how many words were found in the whole text."""

    pieces: tuple[Piece, ...]
    found: int


def snippet(written: str, is_wanted: Callable[[str], bool], longest: int = LONGEST) -> Snippet:
    """The part of `written`, on one line and at most `longest` signs with its dots, around the first words found."""
    line = " ".join(written.split())
    places = [match.span() for match in _WORD.finditer(line) if is_wanted(match[0])]
    start, end = _window(line, places[0][0] if places else 0, longest - 2)
    pieces: list[Piece] = [Piece("…")] if start else []
    at = start
    for first, last in places:
        if first < start or last > end:
            continue
        pieces += [Piece(line[at:first]), Piece(line[first:last], is_found=True)]
        at = last
    pieces.append(Piece(line[at:end] + ("…" if end < len(line) else "")))
    return Snippet(tuple(piece for piece in pieces if piece.text), len(places))


def _window(line: str, first: int, size: int) -> tuple[int, int]:
    """Where the shown part begins and ends: no word is cut, unless it alone is longer."""
    if len(line) <= size:
        return 0, len(line)
    start = min(max(0, first - BEFORE), len(line) - size)
    if start:
        space = line.find(" ", start, first)
        start = space + 1 if space >= 0 else first
    end = min(len(line), start + size)
    if end < len(line):
        space = line.rfind(" ", max(start, first) + 1, end)
        end = space if space > first else end
    return start, end
