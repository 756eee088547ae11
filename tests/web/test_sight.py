"""Who sees an appeal that lies with a subordinate institution: its people, the heads above them, and nobody else.

One definition (`lifecycle.sees`) answers on every page, so each way to a row is asked with everybody.
"""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from incidents.flow import accounts, organising
from incidents.records.appeals import Appeal
from incidents.records.people import Department, Person
from incidents.rules.acts import Refused, Role
from incidents.settings import Settings
from tests.cast import NOW, PASSWORD, Cast, Town
from tests.web.cards import arrive, lying_with
from tests.web.conftest import Enter, token


@pytest.fixture
def yards(session: Session, cast: Cast) -> Department:
    """A municipal institution under housing, with Fedor who works there."""
    by = cast.elena.actor
    made = organising.add_department(session, "yards", "МКУ «Дворы»", by, now=NOW)
    accounts.add_person(session, "fedor", Role.RESPONDER, by, now=NOW, name="Фёдор", department=made, password=PASSWORD)
    organising.subordinate(session, made, cast.housing, by, now=NOW)
    session.commit()
    return made


@pytest.fixture
def theirs(session: Session, cast: Cast, town: Town, settings: Settings, yards: Department) -> Appeal:
    return lying_with(session, arrive(session, town, settings), yards, cast)


def ways_to(client: FlaskClient, number: int) -> dict[str, bool]:
    """Every way to the row, and whether it leads there."""
    card = f"/appeals/{number}"
    csrf = token(client, "/profile")
    acts = {noun: client.post(f"{card}/{noun}", data={"csrf_token": csrf}).status_code for noun in ("answer", "return")}
    return {
        "card": client.get(card).status_code == 200,
        "changes": client.get(f"{card}/changes").status_code == 200,
        "passport": client.get(f"{card}/passport").status_code == 200,
        "queue": "сугробы" in client.get("/queue").text,
        "history": "сугробы" in client.get("/queue?status=all").text,
        "by number": client.get(f"/queue?number={number}").status_code == 302,
        "live rows": "сугробы" in client.get(f"/queue/changes?rows={number}-0").text,
        **{noun: status not in (403, 404) for noun, status in acts.items()},
    }


@pytest.mark.parametrize(
    ("login", "sees"), [("anna", True), ("boris", True), ("fedor", True), ("dmitry", False), ("vera", False)]
)
def test_an_institutions_appeal_is_seen_by_its_people_and_the_head_above_and_404_to_all_others(
    enter: Enter, theirs: Appeal, login: str, sees: bool
) -> None:
    ways = ways_to(enter(login), theirs.number)
    if login == "anna":
        # The press sector gives appeals away; "not ours" is no act of theirs.
        ways.pop("return")
    assert ways == dict.fromkeys(ways, sees)


def test_taken_out_of_the_tree_an_institution_is_a_stranger_to_the_head(
    enter: Enter, session: Session, cast: Cast, theirs: Appeal, yards: Department
) -> None:
    boris = enter("boris")
    assert boris.get(f"/appeals/{theirs.number}").status_code == 200
    organising.subordinate(session, yards, None, cast.elena.actor, now=NOW)
    session.commit()
    assert not any(ways_to(boris, theirs.number).values())


def test_a_head_takes_what_lies_with_an_institution(enter: Enter, session: Session, theirs: Appeal, cast: Cast) -> None:
    boris = enter("boris")
    page = f"/appeals/{theirs.number}"
    assert boris.post(f"{page}/taking", data={"csrf_token": token(boris, page)}).status_code == 303
    session.refresh(theirs)
    assert (theirs.assignee_id, theirs.department_id != cast.housing.id) == (cast.boris.id, True)


def test_a_department_cannot_be_closed_over_its_institutions(session: Session, cast: Cast, yards: Department) -> None:
    people = session.query(Person).where(Person.department_id == cast.housing.id)
    for person in people:
        person.is_active = False
    with pytest.raises(Refused) as refused:
        organising.retire_department(session, cast.housing, cast.elena.actor, now=NOW)
    assert (refused.value.code, refused.value.details) == ("institutions_below", {"count": 1})
    with pytest.raises(Refused, match="department_circle"):
        organising.subordinate(session, cast.housing, yards, cast.elena.actor, now=NOW)
