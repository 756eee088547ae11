"""Alarms planned for the benchmarks: only the flag at a deadline, so that what is measured is one alarm an appeal."""

from datetime import datetime
from typing import Any

from incidents.rules.norms import ClockName


def planned(number: int, due_at: datetime) -> dict[str, Any]:
    """The row of one alarm that nobody has raised yet."""
    return {
        "appeal_number": number,
        "cycle": 1,
        "clock": ClockName.FIRST,
        "turn": 1,
        "step": "overdue",
        "level": "responder",
        "due_at": due_at,
        "happens_at": due_at,
    }
