"""Where the parts of a period's drawings stand: the share in time above, how long nine of ten waited below."""

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.statistics.period import Bar, Point

#: The goal of the share in time, and the least that the upper drawing begins with.
GOAL, LOWEST = 95, 80
_TOP, _MIDDLE, _FLOOR, _ROOF, _HEIGHT = 12, 96, 232, 132, 262
_LEFT = 46


@dataclass(frozen=True, slots=True)
class Dot:
    """One day or week: its share (None where too few), and the bar of its waits. `says` it under the line."""

    x: float
    y: float | None
    left: float
    width: float
    top: float
    height: float
    is_below: bool
    is_longer: bool
    says: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The drawing: lines as the points of polylines, broken where a share is unknown."""

    width: int
    height: int
    lowest: int
    goal_y: float
    norm_y: float | None
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]

    @property
    def floor(self) -> int:
        return _FLOOR

    @property
    def top(self) -> int:
        return _TOP

    @property
    def middle(self) -> int:
        return _MIDDLE


def trend(points: Sequence[Point], norm_minutes: int | None, *, width: int = 640, labels: int = 7) -> Trend:
    """The drawing of these points, at most so many of them named."""
    rates = [point.rate for point in points if point.rate is not None]
    lowest = min([LOWEST, *(int(rate // 10 * 10) for rate in rates)])
    longest = max([norm_minutes or 1, *(point.p90_minutes or 0 for point in points)]) * 1.08
    room = (width - _LEFT - 6) / max(len(points), 1)
    every = -(-len(points) // labels)
    dots = []
    for place, point in enumerate(points):
        left = _LEFT + room * place
        tall = (_FLOOR - _ROOF) * (point.p90_minutes or 0) / longest
        bar = min(26.0, room * 0.66)
        dots.append(
            Dot(
                x=_unit(left + room / 2),
                y=None if point.rate is None else _share_y(point.rate, lowest),
                left=_unit(left + (room - bar) / 2),
                width=_unit(bar),
                top=_unit(_FLOOR - tall),
                height=_unit(tall),
                is_below=point.rate is not None and point.rate < GOAL,
                is_longer=norm_minutes is not None and (point.p90_minutes or 0) > norm_minutes,
                says=place % every == 0,
            )
        )
    norm_y = _unit(_FLOOR - (_FLOOR - _ROOF) * norm_minutes / longest) if norm_minutes else None
    return Trend(width, _HEIGHT, lowest, _share_y(GOAL, lowest), norm_y, tuple(dots), tuple(_lines(dots)))


def norm_bar(bars: Sequence[Bar], norm_minutes: int | None) -> float | None:
    """After how many bars of the distribution the norm stands; None where it is beyond them."""
    if norm_minutes is None or not bars or norm_minutes > bars[-1].since:
        return None
    return norm_minutes / (bars[1].since or 1) if len(bars) > 1 else None


def _share_y(rate: float, lowest: int) -> float:
    return _unit(_MIDDLE - (_MIDDLE - _TOP) * (rate - lowest) / (100 - lowest))


def _lines(dots: Sequence[Dot]) -> list[str]:
    lines: list[list[str]] = [[]]
    for dot in dots:
        if dot.y is None:
            lines.append([])
        else:
            lines[-1].append(f"{dot.x},{dot.y}")
    return [" ".join(line) for line in lines if len(line) > 1]


def _unit(value: float) -> float:
    return round(value, 1)
