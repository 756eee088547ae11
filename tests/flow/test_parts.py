"""Several departments and one main: who is asked, who sees it meanwhile, whose words they are."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import explaining, gate, involving, noting, routing, timing
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.notices import About, Notice
from incidents.records.parts import involved
from incidents.rules.acts import Act, Refused, Status
from incidents.rules.lifecycle import sees
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.web.cards import arrive

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def theirs(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    """An appeal of housing that Dmitry has taken."""
    appeal = arrive(session, town, settings, received_at=NOW, posted_at=NOW)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    routing.take(session, appeal, cast.dmitry, now=NOW)
    return appeal


def last(session: Session, appeal: Appeal) -> Entry:
    query = select(Entry).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq.desc())
    return session.scalars(query.limit(1)).one()


def test_a_department_that_is_asked_sees_it_gives_its_part_and_moves_no_clock(
    session: Session, cast: Cast, theirs: Appeal
) -> None:
    before = explaining.passport(session, theirs, timing.events_of(session, f"appeal:{theirs.number}"), now=LATER)
    assert not sees(cast.vera.actor, theirs.department_id, involved(session, theirs.number))
    with pytest.raises(Refused, match="not_allowed"):
        involving.contribute(session, theirs, cast.vera, "Заасфальтировано", now=NOW)
    until = LATER + timedelta(minutes=20)
    involving.involve(session, theirs, cast.roads, cast.boris, now=NOW, ask="Чья яма у арки?", due_at=until)
    assert sees(cast.vera.actor, theirs.department_id, involved(session, theirs.number))
    part = involving.contribute(session, theirs, cast.vera, "Наша, заделали утром", now=LATER)
    assert (part.department_id, part.text, part.given_at, part.due_at) == (
        cast.roads.id,
        "Наша, заделали утром",
        LATER,
        until,
    )
    entry = last(session, theirs)
    assert (entry.act, entry.data["department"], entry.data["asked_at"]) == (
        Act.CONTRIBUTE,
        cast.roads.id,
        NOW.isoformat(),
    )
    assert entry.note is not None
    assert entry.note.text == "Наша, заделали утром"
    after = explaining.passport(session, theirs, timing.events_of(session, f"appeal:{theirs.number}"), now=LATER)
    assert before is not None
    assert after is not None
    assert (after.clocks[0].due_at, after.passport.stages) == (before.clocks[0].due_at, before.passport.stages)
    assert (theirs.department_id, theirs.status) == (cast.housing.id, Status.IN_PROGRESS)


def test_who_was_asked_neither_answers_nor_gives_the_appeal_away(session: Session, cast: Cast, theirs: Appeal) -> None:
    involving.involve(session, theirs, cast.roads, cast.anna, now=NOW, ask="Чья яма?")
    for act in (Act.TAKE, Act.RETURN, Act.SUBMIT, Act.INVOLVE):
        with pytest.raises(Refused, match="not_allowed"):
            gate.act(session, theirs, act, cast.vera.actor, now=NOW, reason="не наше")


def test_an_excused_department_is_a_stranger_again_and_can_be_asked_anew(
    session: Session, cast: Cast, theirs: Appeal
) -> None:
    involving.involve(session, theirs, cast.roads, cast.boris, now=NOW, ask="Чья яма?")
    involving.excuse(session, theirs, cast.roads, cast.boris, now=NOW)
    assert involved(session, theirs.number) == frozenset()
    with pytest.raises(Refused, match="not_allowed"):
        involving.contribute(session, theirs, cast.vera, "Наша", now=LATER)
    with pytest.raises(Refused, match="not_asked"):
        involving.excuse(session, theirs, cast.roads, cast.boris, now=NOW)
    involving.involve(session, theirs, cast.roads, cast.boris, now=LATER, ask="Всё же: чья?")
    assert involved(session, theirs.number) == {cast.roads.id}


def test_the_main_department_gives_its_substance_unasked_and_may_better_it(
    session: Session, cast: Cast, theirs: Appeal
) -> None:
    first = involving.contribute(session, theirs, cast.dmitry, "Почистим", now=NOW)
    second = involving.contribute(session, theirs, cast.boris, "Почистили в 14:00", now=LATER)
    assert second is first
    assert (second.asked_at, second.text, second.given_by) == (None, "Почистили в 14:00", cast.boris.id)
    assert [part.text for part in involving.parts_of(session, theirs.number)] == ["Почистили в 14:00"]


@pytest.mark.parametrize(
    ("ask", "whom", "minutes", "code"),
    [
        ("", "roads", None, "reason_needed"),
        ("Что сделано?", "housing", None, "asked_main"),
        ("Что сделано?", "roads", -5, "part_due_past"),
        ("ы" * 4_001, "roads", None, "part_long"),
    ],
)
def test_what_cannot_be_asked(
    session: Session, cast: Cast, theirs: Appeal, ask: str, whom: str, minutes: int | None, code: str
) -> None:
    due_at = NOW + timedelta(minutes=minutes) if minutes else None
    with pytest.raises(Refused) as refused:
        involving.involve(session, theirs, getattr(cast, whom), cast.boris, now=NOW, ask=ask, due_at=due_at)
    assert refused.value.code == code


def news(session: Session) -> list[tuple[int, About, int | None]]:
    query = select(Notice.person_id, Notice.about, Notice.by_id).where(Notice.about.in_([About.ASKED, About.GIVEN]))
    return [(person, about, by) for person, about, by in session.execute(query.order_by(Notice.id))]


def test_who_is_asked_is_told_once_and_who_asked_is_told_of_what_was_given(
    session: Session, cast: Cast, theirs: Appeal, settings: Settings
) -> None:
    involving.involve(session, theirs, cast.roads, cast.boris, now=NOW, ask="Чья яма?")
    assert news(session) == [(cast.vera.id, About.ASKED, cast.boris.id)]
    # A letter goes out while the department is asked, and a colleague may be named in a note.
    asked = involved(session, theirs.number)
    assert cast.vera.id in [each.id for each in noting.may_be_named(session, theirs, asked)]
    assert cast.vera.id not in [each.id for each in noting.may_be_named(session, theirs, frozenset())]
    involving.contribute(session, theirs, cast.vera, "Наша", now=LATER)
    assert news(session)[1:] == [(cast.boris.id, About.GIVEN, cast.vera.id)]
    involving.contribute(session, theirs, cast.dmitry, "Двор убран", now=LATER)
    assert len(news(session)) == 2
    involving.excuse(session, theirs, cast.roads, cast.boris, now=LATER)
    involving.involve(session, theirs, cast.roads, cast.boris, now=LATER, ask="И ещё одно")
    assert news(session)[2:] == [(cast.vera.id, About.ASKED, cast.boris.id)]
