"""Two wordings of one answer side by side, with what differs marked, for whoever must choose between them."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from incidents.flow.answering import WritingConflict

_PIECE = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Differences:
    theirs: Markup
    mine: Markup
    writer: str


def of(conflict: WritingConflict) -> Differences:
    """Word by word: what only one of the two texts has is marked in it."""
    theirs, mine = _PIECE.findall(conflict.theirs), _PIECE.findall(conflict.mine)
    steps = SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes()
    return Differences(
        Markup("").join(_part(theirs[a:b], tag != "equal") for tag, a, b, _, _ in steps),
        Markup("").join(_part(mine[c:d], tag != "equal") for tag, _, _, c, d in steps),
        str(conflict.details["writer"]),
    )


def _part(pieces: list[str], is_marked: bool) -> Markup:
    words = escape("".join(pieces))
    return Markup("<mark>{}</mark>").format(words) if is_marked and words.strip() else words
