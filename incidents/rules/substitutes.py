"""Who is told instead of somebody who is away: the chain of substitutes, followed to its end."""

from collections.abc import Mapping

from incidents.rules.acts import Role


def stand_in(person_id: int, away: Mapping[int, int | None]) -> int | None:
    """Who is here for this person today; the person, if not away.

    `away` leads from whoever is away to their substitute, or to None where nobody was named. A substitute who is away
    hands on to their own; a chain without an end, or one that bites its tail, leads to nobody (None).
    """
    met: set[int] = set()
    here: int | None = person_id
    while here is not None and here in away:
        if here in met:
            return None
        met.add(here)
        here = away[here]
    return here


def fits(role: Role, department_id: int | None, other: Role, other_department_id: int | None) -> bool:
    """May the other one be told instead? Only who could see and do the same: the press sector for everybody, a colleague
    of the same department, a manager for a manager."""
    if other is Role.PRESS:
        return True
    if role in (Role.RESPONDER, Role.HEAD):
        return department_id is not None and department_id == other_department_id
    return role is Role.MANAGER and other is Role.MANAGER
