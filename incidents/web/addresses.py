"""What may stand for a number in an address: no longer than any row's, so that nobody's typing reaches the database as more."""

from werkzeug.routing import IntegerConverter

_LONGEST = 18


class Number(IntegerConverter):
    """As `int` of Flask, up to what a database takes for a key; a longer one is no address of ours (404)."""

    regex = rf"\d{{1,{_LONGEST}}}"


def number(written: str) -> int:
    """A number of a query or a form within the same bounds, for `type=`; anything else is none (ValueError)."""
    if not written.isdecimal() or len(written) > _LONGEST:
        raise ValueError(written)
    return int(written)
