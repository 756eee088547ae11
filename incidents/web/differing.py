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
    theirs, mine = beside(conflict.theirs, conflict.mine)
    return Differences(theirs, mine, str(conflict.details["writer"]))


def beside(one: str, other: str, *, alike: float = 0.0) -> tuple[Markup, Markup]:
    """Both texts, and marked in each what only it has; unmarked where less than `alike` of their words is in both: then
    nearly all would be marked, and nothing told."""
    first, second = _PIECE.findall(one), _PIECE.findall(other)
    steps = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    common = sum(not each.isspace() for tag, a, b, _, _ in steps if tag == "equal" for each in first[a:b])
    if 2 * common < alike * (len(one.split()) + len(other.split())):
        return escape(one), escape(other)
    return (
        Markup("").join(_part(first[a:b], tag != "equal") for tag, a, b, _, _ in steps),
        Markup("").join(_part(second[c:d], tag != "equal") for tag, _, _, c, d in steps),
    )


def merged(before: str, after: str) -> Markup:
    """One text that shows both: what was taken out as `<del>`, what was put in as `<ins>`. Changed words that only a space
    parts are one change."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    found, gone, come = Markup(""), "", ""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[a:b]), "".join(new[c:d])
        if tag != "equal" or ((gone or come) and not added.strip() and "\n" not in added and d < len(new)):
            gone, come = gone + removed, come + added
            continue
        found += _change(gone, come) + escape(added)
        gone = come = ""
    return found + _change(gone, come)


def _change(gone: str, come: str) -> Markup:
    """Space at the end of both stands behind them."""
    tail = come[len(come.rstrip()) :]
    lead = " " if gone[:1].isspace() and not come[:1].isspace() else ""
    gone, come = gone.strip(), come.rstrip()
    taken = Markup("{}<del>{}</del>").format(lead, gone) if gone else Markup("")
    return taken + (Markup("<ins>{}</ins>").format(come) if come.strip() else escape(come)) + tail


def _part(pieces: list[str], is_marked: bool) -> Markup:
    words = escape("".join(pieces))
    return Markup("<mark>{}</mark>").format(words) if is_marked and words.strip() else words
