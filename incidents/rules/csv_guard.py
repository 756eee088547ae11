"""Cells of a table as people and spreadsheets write them: what would run as a formula is defused on the way out and given
back on the way in, and a tick has many ways to be said."""

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_GUARD = "'"


def defused(words: str) -> str:
    """The words with an apostrophe before what would be run; one that stands there already is doubled, so that
    `plain` gives back exactly what went out."""
    return _GUARD + words if words.startswith((*_FORMULA, _GUARD)) else words


def plain(cell: str) -> str:
    """What `defused` was given. An apostrophe that guards nothing is the writer's own."""
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith((*_FORMULA, _GUARD)) else cell


def is_yes(cell: str) -> bool:
    """What people write into a column of ticks."""
    return cell.strip().lower() in ("yes", "да", "1", "true", "+")
