"""A figure with its unit, its yardstick and its target; lists of times as percentiles; and the table they make."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. `compared` is what the target speaks of where that is not `value` itself (a ratio, a growth)."""

    bench: str
    what: str
    database: str
    value: float | None
    unit: str
    size: int | None = None
    yardstick: float | None = None
    compared: float | None = None
    target: str = ""
    reached: bool | None = None
    #: Whatever else a reader may want, and a sentence where something could not be measured.
    details: dict[str, Any] = field(default_factory=dict)


def percentile(times: Sequence[float], share: float) -> float:
    """The nearest rank: a value that really occurred."""
    ordered = sorted(times)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def median(times: Sequence[float]) -> float:
    """The median by nearest rank."""
    return percentile(times, 0.5)


def as_json(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """The figures as plain values, without what was left empty."""
    return [{k: _short(v) for k, v in asdict(figure).items() if v not in (None, "", {})} for figure in figures]


def as_markdown(figures: Sequence[Figure]) -> str:
    """The figures as a table: one line each, in the order in which they were measured."""
    lines = [
        "| bench | what | database | appeals | measured | yardstick | compared | target | reached |",
        "|---|---|---|---:|---:|---:|---:|---|---|",
    ]
    for figure in figures:
        reached = {True: "yes", False: "**no**", None: "–"}[figure.reached]
        cells = (
            figure.bench,
            figure.what,
            figure.database,
            f"{figure.size:,}".replace(",", " ") if figure.size else "",
            _written(figure.value, figure.unit),
            _written(figure.yardstick, figure.unit),
            "" if figure.compared is None else f"{figure.compared:.2f}",
            figure.target,
            reached,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _short(value: object) -> object:
    """Four digits: the rest is noise."""
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _written(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"
