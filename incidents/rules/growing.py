"""When a topic is said to grow: from how many appeals on, and beside what. Named here, so that no page invents its own."""

#: Days whose average is the measure of today.
USUAL_DAYS = 7
#: A topic is worth a line from so many appeals on: two are chance.
LEAST_APPEALS = 3
#: A day is told to be unusual from so many appeals of one topic on, and from so many times the average.
UNUSUAL_APPEALS, UNUSUAL_TIMES = 5, 2


def times(now: int, usual: float) -> float | None:
    """How many times as many as usual; None where there usually are none."""
    return now / usual if usual else None


def is_growing(now: int, usual: float) -> bool:
    """Is it more than usual, and enough to be more than chance?"""
    return now >= LEAST_APPEALS and now > usual


def is_unusual(now: int, usual: float) -> bool:
    """Does it make the day heavier than others? What is quite new is told by the list, not by an alarm."""
    return now >= UNUSUAL_APPEALS and (times(now, usual) or 0) >= UNUSUAL_TIMES
