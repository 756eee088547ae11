"""The tree of departments: what lies below one, and what would make a circle or too deep a tree."""

import pytest

from incidents.rules import tree
from incidents.rules.acts import Refused

#: 2 and 3 under 1, 4 under 2; 9 stands alone.
PARENTS = {2: 1, 3: 1, 4: 2}


@pytest.mark.parametrize(("root", "below"), [(1, {1, 2, 3, 4}), (2, {2, 4}), (4, {4}), (9, {9})])
def test_below_a_department_lie_itself_and_all_its_institutions(root: int, below: set[int]) -> None:
    assert tree.below(PARENTS, root) == below


def test_a_circle_that_somebody_wrote_into_the_database_ends() -> None:
    assert tree.below({1: 2, 2: 1}, 1) == {1, 2}


@pytest.mark.parametrize(
    ("child", "parent", "code"),
    [
        (1, 1, "department_circle"),
        (1, 4, "department_circle"),
        (9, 4, "department_deep"),
        (2, 9, ""),
        (1, 9, "department_deep"),
        (9, 2, ""),
    ],
)
def test_a_department_goes_where_it_makes_neither_circle_nor_too_deep_a_tree(
    child: int, parent: int, code: str
) -> None:
    if not code:
        tree.check(PARENTS, child, parent)
        return
    with pytest.raises(Refused) as refused:
        tree.check(PARENTS, child, parent)
    assert refused.value.code == code
