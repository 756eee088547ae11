"""The one table of an appeal's life as a page of the docs.

`python -m incidents.rules.lifecycle_table` prints it; `tests/test_lifecycle.py` keeps docs/lifecycle.md equal to it.
"""

from collections.abc import Iterable

from incidents.rules.acts import ALL, Role, Status
from incidents.rules.lifecycle import TABLE, Move


def as_markdown() -> str:
    """One line a row: act, from, to, who, whether a reason must be given."""
    head = ["| act | from | to | who | reason |", "|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(move) for move in TABLE)]) + "\n"


def _row(move: Move) -> str:
    start = "any" if move.start == ALL else ", ".join(_ordered(move.start))
    who = ", ".join(
        [*_ordered(move.roles), *(["program"] if move.program else []), *(["who was asked"] if move.asked else [])]
    )
    return f"| {move.act} | {start} | {move.end or 'stays'} | {who} | {'required' if move.reason else ''} |"


def _ordered(values: Iterable[Status] | Iterable[Role]) -> list[str]:
    order = [*Status, *Role]
    return [str(value) for value in sorted(values, key=order.index)]


if __name__ == "__main__":
    print(as_markdown(), end="")  # noqa: T201  # it is what the command is for
