"""The tree of departments: who answers for whom. A body may have subordinate institutions, and they some of their own.

`parents` leads from a department to the one it is subordinate to; who is subordinate to nobody is not in it.
"""

from collections.abc import Mapping

from incidents.rules.acts import Refused

#: A directorate, its departments, their institutions: deeper, nobody could say who answers.
DEEPEST = 3


def below(parents: Mapping[int, int], root: int) -> frozenset[int]:
    """The department itself and everything subordinate to it."""
    found, edge = {root}, {root}
    while edge:
        edge = {child for child, parent in parents.items() if parent in edge} - found
        found |= edge
    return frozenset(found)


def check(parents: Mapping[int, int], child: int, parent: int) -> None:
    """May `child` be made subordinate to `parent`?

    Raises Refused: `department_circle` (the parent is the child, or below it), `department_deep`.
    """
    if parent in below(parents, child):
        raise Refused("department_circle")
    if len(_above(parents, parent)) + _height(parents, child) > DEEPEST:
        raise Refused("department_deep", deepest=DEEPEST)


def _above(parents: Mapping[int, int], department: int) -> list[int]:
    """The department and all it is subordinate to, from below."""
    line = [department]
    while (above := parents.get(line[-1])) is not None and above not in line:
        line.append(above)
    return line


def _height(parents: Mapping[int, int], root: int) -> int:
    return 1 + max((_height(parents, child) for child, parent in parents.items() if parent == root), default=0)
