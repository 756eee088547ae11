"""Norms for tests that only care for their term."""

from datetime import date

from incidents.rules.norms import Hours, Kind, Norm, Start, Unit


def term(count: int, hours: Hours = Hours.CALENDAR, unit: Unit = Unit.MINUTES) -> Norm:
    """A norm of so many minutes, days or working days, for social appeals since ever."""
    return Norm(1, Kind.SOCIAL, count, hours, Start.RECEIVED, date(2018, 1, 1), unit)
