"""The full grid of the lifecycle: every act in every status by everybody, against an expectation written out by hand.

It is written from the statuses' side, as practitioners tell it, not from the acts' side as the table is.
"""

from itertools import product
from pathlib import Path

import pytest

from incidents.rules import lifecycle
from incidents.rules.lifecycle import Act, Actor, Role, Status, acts_for, find, may, sees

DOCS = Path(__file__).resolve().parent.parent / "docs" / "lifecycle.md"
HOUSING, ROADS = 1, 2

ANNA = Actor("person:1", Role.PRESS, 1)
BORIS = Actor("person:2", Role.HEAD, 2, HOUSING)
DMITRY = Actor("person:3", Role.RESPONDER, 3, HOUSING)
VERA = Actor("person:4", Role.HEAD, 4, ROADS)
GALINA = Actor("person:5", Role.MANAGER, 5)
ELENA = Actor("person:6", Role.ADMIN, 6)
PROGRAM = Actor("machine:routing")

#: What the network and the clock may tell of an appeal at any time.
HEARD = "join source_edited source_deleted source_restored answered_outside correct"
#: What may happen while the first answer is waited for.
ALARMS = "delivery_failed warn overdue escalate"

PRESS = {
    "new": "classify assign take submit approve confirm reject",
    "assigned": "classify assign take submit approve confirm reject",
    "in_progress": "classify assign take submit approve confirm reject",
    "on_approval": "classify send_back approve confirm reject",
    "publishing": "classify send_back resend confirm",
    "awaiting_author": "classify",
    "interim_answered": "classify",
    "deferred": "classify",
    "answered": "classify",
    "closed": "",
    "rejected": "restore",
}
HEAD = {
    "assigned": "take return submit",
    "in_progress": "take return submit",
    "on_approval": "endorse send_back",
}
RESPONDER = {
    "assigned": "take return submit",
    "in_progress": "take return submit",
}
THE_PROGRAM = {
    "new": f"classify assign {HEARD} {ALARMS}",
    "assigned": f"classify {HEARD} {ALARMS}",
    "in_progress": f"classify {HEARD} {ALARMS}",
    "on_approval": f"classify {HEARD} {ALARMS}",
    "publishing": f"classify confirm {HEARD} {ALARMS}",
    "awaiting_author": f"classify {HEARD}",
    "interim_answered": f"classify {HEARD}",
    "deferred": f"classify {HEARD}",
    "answered": f"classify {HEARD}",
    "closed": HEARD,
    "rejected": HEARD,
}
#: Everybody with the department an appeal lies with.
EXPECTED: list[tuple[str, Actor, int | None, dict[str, str]]] = [
    *(("press", ANNA, department, PRESS) for department in (None, HOUSING, ROADS)),
    ("head of the department", BORIS, HOUSING, HEAD),
    ("responder of the department", DMITRY, HOUSING, RESPONDER),
    *(("head, lies with nobody", BORIS, None, {}), ("responder, lies with nobody", DMITRY, None, {})),
    *(("head, lies elsewhere", BORIS, ROADS, {}), ("responder, lies elsewhere", DMITRY, ROADS, {})),
    ("the stranger", VERA, HOUSING, {}),
    *(("manager", GALINA, department, {}) for department in (None, HOUSING)),
    *(("admin", ELENA, department, {}) for department in (None, HOUSING)),
    *(("program", PROGRAM, department, THE_PROGRAM) for department in (None, HOUSING)),
]

#: (act, from): where it leads. What is not named here stays where it is.
LEADS = {
    **{("assign", status): "assigned" for status in ("new", "assigned", "in_progress")},
    **{("take", status): "in_progress" for status in ("new", "assigned", "in_progress")},
    **{("return", status): "new" for status in ("assigned", "in_progress")},
    **{("submit", status): "on_approval" for status in ("new", "assigned", "in_progress")},
    **{("send_back", status): "in_progress" for status in ("on_approval", "publishing")},
    **{("approve", status): "publishing" for status in ("new", "assigned", "in_progress", "on_approval")},
    **{("confirm", s): "answered" for s in ("new", "assigned", "in_progress", "on_approval", "publishing")},
    **{("reject", status): "rejected" for status in ("new", "assigned", "in_progress", "on_approval")},
    ("restore", "rejected"): "new",
}
NEEDS_REASON = {
    *(("assign", status) for status in ("assigned", "in_progress")),
    *(("return", status) for status in ("assigned", "in_progress")),
    *(("send_back", status) for status in ("on_approval", "publishing")),
    *(("reject", status) for status in ("new", "assigned", "in_progress", "on_approval")),
}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize(("who", "actor", "department", "expected"), EXPECTED)
def test_everybody_may_do_exactly_this(
    who: str, actor: Actor, department: int | None, expected: dict[str, str], status: Status
) -> None:
    allowed = {str(act) for act in acts_for(actor, status, department)}
    assert allowed == set(expected.get(status, "").split())
    assert allowed == {str(act) for act in Act if may(actor, act, status, department)}


def test_every_allowed_act_leads_where_it_should_and_asks_for_a_reason_where_it_should() -> None:
    seen = set()
    for (_, actor, department, _), act, status in product(EXPECTED, Act, Status):
        move = find(actor, act, status, department)
        if move is None:
            continue
        seen.add((str(act), str(status)))
        assert move.end == LEADS.get((act, status)), (act, status)
        assert move.reason is ((act, status) in NEEDS_REASON), (act, status)
    assert seen >= LEADS.keys() | NEEDS_REASON


def test_registering_is_no_act_on_an_appeal_that_stands() -> None:
    for actor, status in product((ANNA, BORIS, PROGRAM), Status):
        assert not may(actor, Act.REGISTER, status, HOUSING)


@pytest.mark.parametrize(
    ("actor", "of_housing", "of_roads", "of_nobody"),
    [
        (ANNA, True, True, True),
        (GALINA, True, True, True),
        (BORIS, True, False, False),
        (DMITRY, True, False, False),
        (VERA, False, True, False),
        (ELENA, False, False, False),
        (Actor("person:9", Role.HEAD, 9, None), False, False, False),
    ],
)
def test_everybody_sees_what_is_theirs(actor: Actor, of_housing: bool, of_roads: bool, of_nobody: bool) -> None:
    assert (sees(actor, HOUSING), sees(actor, ROADS), sees(actor, None)) == (of_housing, of_roads, of_nobody)


def test_the_docs_show_the_table_as_it_is() -> None:
    assert lifecycle.as_markdown() in DOCS.read_text(encoding="utf-8")
