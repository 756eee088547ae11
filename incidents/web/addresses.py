"""What may stand for a number in an address: no longer than any row's, so that nobody's typing reaches the database as more."""

from werkzeug.routing import IntegerConverter


class Number(IntegerConverter):
    """As `int` of Flask, up to what a database takes for a key; a longer one is no address of ours (404)."""

    regex = r"\d{1,18}"
