"""A social appeal and the formal one that its author filed: two appeals, two clocks, and never one by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import formalising
from incidents.records.appeals import Appeal
from incidents.rules.acts import Refused
from incidents.rules.norms import Kind
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.databases import POSTGRESQL
from tests.flow.deliveries import Sessions, acts, entries, register
from tests.flow.laws import FRIDAY, MONDAY, enact_laws, end_of
from tests.flow.test_at_the_same_moment import meanwhile

LATER = MONDAY + timedelta(days=10)


@pytest.fixture(autouse=True)
def _laws(session: Session, town: Town) -> None:
    enact_laws(session)


def formalised(session: Session, appeal: Appeal, cast: Cast, settings: Settings, number: str = "А-18") -> Appeal:
    return formalising.formalise(
        session,
        appeal,
        cast.anna.actor,
        settings,
        now=LATER,
        filed_on=date(2026, 6, 8),
        registered_on=date(2026, 6, 9),
        number=number,
    )


def test_a_formal_appeal_made_of_a_social_one_has_its_own_clock_and_leaves_the_other_open(
    session: Session, cast: Cast, settings: Settings
) -> None:
    social = register(session, settings, received_at=FRIDAY, posted_at=FRIDAY)
    status, due_at = social.status, social.due_at
    formal = formalised(session, social, cast, settings)
    assert (formal.kind, formal.origin_number, formal.text) == (Kind.FORMAL, social.number, social.text)
    assert formal.due_at == end_of(date(2026, 7, 9))
    assert (social.status, social.due_at, social.answered_at) == (status, due_at, None)
    (entry,) = entries(session, social.number, "formalise")
    assert entry.data["formal"] == formal.number
    assert entries(session, formal.number, "register")[0].data["origin"] == social.number


def test_nothing_becomes_formal_twice_or_without_the_number_it_was_filed_under(
    session: Session, cast: Cast, settings: Settings
) -> None:
    social = register(session, settings, received_at=FRIDAY, posted_at=FRIDAY)
    with pytest.raises(Refused, match="number_needed"):
        formalised(session, social, cast, settings, number="  ")
    formal = formalised(session, social, cast, settings)
    with pytest.raises(Refused, match="formalised_twice") as refused:
        formalised(session, social, cast, settings)
    assert refused.value.details == {"number": formal.number}
    with pytest.raises(Refused, match="formal_already"):
        formalised(session, formal, cast, settings, number="А-19")


def test_telling_where_to_file_makes_nothing(session: Session, cast: Cast, settings: Settings) -> None:
    social = register(session, settings, received_at=FRIDAY, posted_at=FRIDAY)
    formalising.tell_where_to_file(session, social, cast.anna.actor, now=LATER, on=date(2026, 6, 9))
    assert acts(session, social.number)[-1] == "notify"
    assert list(session.scalars(select(Appeal.number))) == [social.number]


@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
def test_two_clicks_at_once_make_one_formal_appeal(
    session: Session, sessions: Sessions, cast: Cast, settings: Settings
) -> None:
    social = register(session, settings, received_at=FRIDAY, posted_at=FRIDAY)
    refused: list[str] = []

    def again() -> None:
        with sessions() as other:
            try:
                formalised(other, other.get_one(Appeal, social.number), cast, settings)
            except Refused as error:
                refused.append(error.code)

    formalised(session, social, cast, settings)
    thread = meanwhile(again)
    session.commit()
    thread.join()
    assert refused == ["formalised_twice"]
