"""The full grid of the lifecycle: every act in every status by everybody, against an expectation written out by hand.

It is written from the statuses' side, as practitioners tell it, not from the acts' side as the table is.
"""

from itertools import product
from pathlib import Path

import pytest

from incidents.rules.acts import Act, Actor, Role, Status
from incidents.rules.lifecycle import acts_for, find, may, sees
from incidents.rules.lifecycle_table import as_markdown

DOCS = Path(__file__).resolve().parent.parent / "docs" / "lifecycle.md"
HOUSING, ROADS = 1, 2

ANNA = Actor("person:1", Role.PRESS, 1)
BORIS = Actor("person:2", Role.HEAD, 2, HOUSING, frozenset({HOUSING}))
DMITRY = Actor("person:3", Role.RESPONDER, 3, HOUSING, frozenset({HOUSING}))
VERA = Actor("person:4", Role.HEAD, 4, ROADS, frozenset({ROADS}))
GALINA = Actor("person:5", Role.MANAGER, 5)
ELENA = Actor("person:6", Role.ADMIN, 6)
PROGRAM = Actor("machine:routing")

#: What the network and the clock may tell of an appeal at any time.
HEARD = (
    "join source_edited source_deleted source_restored answered_outside correct"
    " promise promise_kept promise_moved promise_broken"
)
#: What became of a promise: whoever works on the appeal says so, also when it is closed.
LEDGER = "promise_kept promise_moved"
#: What may happen while a clock runs; a delivery can only fail on the way.
ALARMS = "warn overdue escalate"
#: A visible answer, by what it was for; whoever records one says where and when it stands.
VISIBLE = "confirm answer_interim ask_author defer"
#: What the laws on appeals know besides; the flow asks whether the appeal is under one.
BY_LAW = "extend notify forward formalise"

#: What colleagues write and mark for each other.
ASIDE = f"note release locate unlink {LEDGER} promise_dropped"
#: What a department brings to an answer, and who is asked for it.
PARTS = "excuse attach detach"

PRESS = {
    "new": f"classify assign take submit approve reject close follow_up join {VISIBLE} {BY_LAW} {ASIDE} control link {PARTS}",
    "assigned": f"classify assign take withdraw hand submit approve reject close follow_up join {VISIBLE} {BY_LAW} {ASIDE} control link involve {PARTS}",
    "in_progress": f"classify assign take withdraw put_back hand submit approve reject close follow_up join {VISIBLE} {BY_LAW} {ASIDE} control link involve {PARTS}",
    "on_approval": f"classify hand send_back agree own_name approve reject follow_up join {VISIBLE} {BY_LAW} {ASIDE} control link involve {PARTS}",
    "publishing": f"classify hand send_back resend follow_up join {VISIBLE} {BY_LAW} {ASIDE} control link {PARTS}",
    # After a first answer the work goes on, but it is no longer "not an incident".
    "awaiting_author": f"classify assign take hand submit approve close follow_up join {VISIBLE} {BY_LAW} {ASIDE} control link involve {PARTS}",
    "interim_answered": f"classify assign take hand submit approve close follow_up join {VISIBLE} {BY_LAW} {ASIDE} control link involve {PARTS}",
    "deferred": f"classify assign take hand submit approve close follow_up join {VISIBLE} {BY_LAW} {ASIDE} control link involve {PARTS}",
    "answered": f"classify follow_up join close reopen formalise {ASIDE} control attach detach",
    "closed": f"classify reopen formalise {ASIDE}",
    "rejected": f"restore {ASIDE}",
}
#: A department works on it, or between two answers of ours.
WORKED_ON = ("assigned", "in_progress", "awaiting_author", "interim_answered", "deferred")
HEAD: dict[str, str] = {
    **dict.fromkeys(map(str, Status), f"note {LEDGER}"),
    "new": f"note {LEDGER} contribute {PARTS}",
    "publishing": f"hand note {LEDGER} contribute {PARTS}",
    **dict.fromkeys(WORKED_ON, f"take return submit note {LEDGER} hand involve contribute {PARTS}"),
    "in_progress": f"take return put_back submit note {LEDGER} hand involve contribute {PARTS}",
    "on_approval": f"hand endorse agree own_name send_back note {LEDGER} involve contribute {PARTS}",
    "answered": f"note {LEDGER} attach detach",
}
RESPONDER: dict[str, str] = {
    **dict.fromkeys(map(str, Status), f"note {LEDGER}"),
    "new": f"note {LEDGER} contribute attach detach",
    "publishing": f"hand note {LEDGER} contribute attach detach",
    **dict.fromkeys(WORKED_ON, f"take return hand submit note {LEDGER} contribute attach detach"),
    "in_progress": f"take return put_back hand submit note {LEDGER} contribute attach detach",
    "on_approval": f"hand agree own_name note {LEDGER} contribute attach detach",
    "answered": f"note {LEDGER} attach detach",
}
#: Of a department that was asked for its part.
ASKED: dict[str, str] = {
    **dict.fromkeys(("new", "publishing", "on_approval", *WORKED_ON), "contribute attach detach"),
    "answered": "attach detach",
}
MANAGER: dict[str, str] = {
    **dict.fromkeys(map(str, Status), "note control release"),
    **dict.fromkeys(("closed", "rejected"), "note release"),
}
#: What is left to the administrator when somebody leaves or a department is closed.
ADMIN: dict[str, str] = {
    **dict.fromkeys(("on_approval", "publishing"), "hand"),
    **dict.fromkeys(WORKED_ON, "assign hand"),
}
#: The program's own hand, the networks', and other programs' with a token.
THE_PROGRAM = {
    "new": f"extend forward classify assign close follow_up delivery_failed {VISIBLE} {HEARD} {ALARMS}",
    "assigned": f"extend forward classify close follow_up delivery_failed {VISIBLE} {HEARD} {ALARMS}",
    "in_progress": f"extend forward classify close follow_up delivery_failed {VISIBLE} {HEARD} {ALARMS}",
    "on_approval": f"extend forward classify follow_up delivery_failed silence {VISIBLE} {HEARD} {ALARMS}",
    "publishing": f"extend forward classify follow_up delivery_failed {VISIBLE} {HEARD} {ALARMS}",
    "awaiting_author": f"extend forward classify close follow_up {VISIBLE} {HEARD} {ALARMS}",
    "interim_answered": f"extend forward classify close follow_up {VISIBLE} {HEARD} {ALARMS}",
    "deferred": f"extend forward classify close follow_up {VISIBLE} {HEARD} {ALARMS}",
    "answered": f"classify follow_up close reopen {HEARD}",
    "closed": f"reopen {HEARD}",
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
    *(("manager", GALINA, department, MANAGER) for department in (None, HOUSING)),
    *(("admin", ELENA, department, ADMIN) for department in (None, HOUSING)),
    *(("program", PROGRAM, department, THE_PROGRAM) for department in (None, HOUSING)),
]

#: Before anybody has answered, with nobody's text on its way.
WORKING = ("new", "assigned", "in_progress")
#: The citizen has had something, but not the last word.
BETWEEN = ("awaiting_author", "interim_answered", "deferred")
UNDER_WAY = ("on_approval", "publishing")

#: (act, from): where it leads. What is not named here stays where it is.
LEADS = {
    **{("assign", status): "assigned" for status in WORKING},
    **{("take", status): "in_progress" for status in WORKING},
    **{(act, status): "new" for act in ("return", "withdraw") for status in ("assigned", "in_progress")},
    ("put_back", "in_progress"): "assigned",
    **{("submit", status): "on_approval" for status in (*WORKING, *BETWEEN)},
    **{("send_back", status): "in_progress" for status in UNDER_WAY},
    **{("approve", status): "publishing" for status in (*WORKING, *BETWEEN, "on_approval")},
    ("own_name", "on_approval"): "publishing",
    **{("confirm", status): "answered" for status in (*WORKING, *BETWEEN, *UNDER_WAY)},
    **{("ask_author", status): "awaiting_author" for status in (*WORKING, *BETWEEN, *UNDER_WAY)},
    **{("answer_interim", status): "interim_answered" for status in (*WORKING, *BETWEEN, *UNDER_WAY)},
    **{("defer", status): "deferred" for status in (*WORKING, *BETWEEN, *UNDER_WAY)},
    **{("follow_up", status): "in_progress" for status in ("awaiting_author", "answered")},
    **{("close", status): "closed" for status in (*WORKING, *BETWEEN, "answered")},
    **{("forward", status): "closed" for status in (*WORKING, *BETWEEN, *UNDER_WAY)},
    **{("reopen", status): "in_progress" for status in ("answered", "closed")},
    **{("reject", status): "rejected" for status in (*WORKING, "on_approval")},
    ("restore", "rejected"): "new",
}
NEEDS_REASON = {
    *(("note", status) for status in Status),
    *(("assign", status) for status in ("assigned", "in_progress", *BETWEEN)),
    *(("return", status) for status in ("assigned", "in_progress", *BETWEEN)),
    *(("involve", status) for status in ("assigned", "in_progress", "on_approval", *BETWEEN)),
    *(("contribute", status) for status in (*WORKING, *BETWEEN, *UNDER_WAY)),
    *(("send_back", status) for status in UNDER_WAY),
    *(("reject", status) for status in (*WORKING, "on_approval")),
    # After the last word nobody has to explain the end; before it somebody has.
    *(("close", status) for status in (*WORKING, *BETWEEN)),
    *(("reopen", status) for status in ("answered", "closed")),
    *((act, status) for act in ("extend", "forward") for status in (*WORKING, *BETWEEN, *UNDER_WAY)),
    *(("promise_dropped", status) for status in map(str, Status)),
    *(("formalise", status) for status in (*WORKING, *BETWEEN, *UNDER_WAY, "answered", "closed")),
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


@pytest.mark.parametrize("status", list(Status))
def test_who_was_asked_for_a_part_gives_it_and_does_nothing_else(status: Status) -> None:
    asked = frozenset({ROADS})
    assert {str(act) for act in acts_for(VERA, status, HOUSING, asked)} == set(ASKED.get(status, "").split())
    assert sees(VERA, HOUSING, asked)
    assert not sees(DMITRY, ROADS, frozenset({9}))
    assert acts_for(ELENA, status, HOUSING, asked) == acts_for(ELENA, status, HOUSING)


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
        # The head of a body that roads are subordinate to, and of one that has both under it.
        (Actor("person:8", Role.HEAD, 8, 3, frozenset({3, ROADS})), False, True, False),
        (Actor("person:8", Role.HEAD, 8, 3, frozenset({3, HOUSING, ROADS})), True, True, False),
    ],
)
def test_everybody_sees_what_is_theirs(actor: Actor, of_housing: bool, of_roads: bool, of_nobody: bool) -> None:
    assert (sees(actor, HOUSING), sees(actor, ROADS), sees(actor, None)) == (of_housing, of_roads, of_nobody)


def test_the_docs_show_the_table_as_it_is() -> None:
    assert as_markdown() in DOCS.read_text(encoding="utf-8")
