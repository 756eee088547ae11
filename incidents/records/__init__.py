"""Floor 1: what is kept. One file a subject; importing this package makes every table known to `Base.metadata`."""

from incidents.records import (
    answers,
    appeals,
    budgets,
    calendars,
    clocks,
    controls,
    figures,
    journal,
    needs,
    norms,
    notices,
    people,
    promises,
    sources,
    topics,
    workers,
)

__all__ = [
    "answers",
    "appeals",
    "budgets",
    "calendars",
    "clocks",
    "controls",
    "figures",
    "journal",
    "needs",
    "norms",
    "notices",
    "people",
    "promises",
    "sources",
    "topics",
    "workers",
]
