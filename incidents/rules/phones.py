"""Telephone numbers as people dictate them: one number, one way to write it, so that a caller is known again."""

import re

_SIGNS = re.compile(r"[\s()\-–.]+")
_WRITTEN = re.compile(r"\+?\d{5,15}")
#: A Russian number without its 8 or +7.
_WITHOUT_COUNTRY = 10


def normal(written: str) -> str | None:
    """The number as digits, a Russian one as +7 and ten of them, a short one of the town as it is; None: no number."""
    bare = _SIGNS.sub("", written.strip())
    if not _WRITTEN.fullmatch(bare):
        return None
    digits = bare.removeprefix("+")
    if len(digits) == _WITHOUT_COUNTRY + 1 and digits[0] in "78":
        return f"+7{digits[1:]}"
    if len(digits) == _WITHOUT_COUNTRY and not bare.startswith("+"):
        return f"+7{digits}"
    return f"+{digits}" if bare.startswith("+") else digits
