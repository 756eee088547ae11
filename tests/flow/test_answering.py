"""Writing and agreeing: nobody's work is lost, nothing is approved unread, and four eyes are four eyes."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, routing
from incidents.flow.answering import WritingConflict
from incidents.records.answers import Answer, AnswerVersion
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.rules.acts import Refused, Status
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town, here
from tests.databases import SQLITE
from tests.flow.deliveries import Sessions, entries, register


def at_housing(session: Session, cast: Cast, settings: Settings) -> Appeal:
    appeal = register(session, settings)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    session.commit()
    return appeal


def eyes(settings: Settings, which: str) -> Settings:
    return settings.model_copy(update={"four_eyes": which})


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=f"^{code}$")


def meanwhile(sessions: Sessions, number: int, person: Person, do: Callable[..., Any]) -> tuple[Thread, list[Any]]:
    """Somebody else does something in a session of his own; what came of it is in the list once he is done."""
    outcome: list[Any] = []

    def run() -> None:
        with sessions() as other:
            try:
                outcome.append(do(other, other.get_one(Appeal, number), here(other, person)))
                other.commit()
            except Refused as error:
                outcome.append(error)

    thread = Thread(target=run)
    thread.start()
    return thread, outcome


def test_every_wording_is_a_version_of_whoever_wrote_it(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = at_housing(session, cast, settings)
    first = answering.save(session, appeal, cast.dmitry, " Уберём\r\nзавтра ", now=NOW, seen=None)
    assert (first.text, first.version) == ("Уберём\nзавтра", 1)
    assert answering.save(session, appeal, cast.boris, "Уберём\nзавтра", now=NOW, seen=1).version == 1
    answering.save(session, appeal, cast.boris, "Уберём сегодня", now=NOW, seen=1)
    query = select(AnswerVersion.version, AnswerVersion.text, AnswerVersion.person_id)
    assert [tuple(row) for row in session.execute(query.order_by(AnswerVersion.version))] == [
        (1, "Уберём\nзавтра", cast.dmitry.id),
        (2, "Уберём сегодня", cast.boris.id),
    ]
    assert answering.writers(session, first) == {cast.dmitry.id, cast.boris.id}


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
@pytest.mark.parametrize("stranger", ["vera", "galina", "elena"])
def test_the_stranger_writes_nothing(
    session: Session, town: Town, cast: Cast, settings: Settings, stranger: str
) -> None:
    appeal = at_housing(session, cast, settings)
    with refused("not_allowed"):
        answering.save(session, appeal, getattr(cast, stranger), "Моё", now=NOW, seen=None)
    with refused("too_long"):
        answering.save(session, appeal, cast.anna, "x" * 20_000, now=NOW, seen=None)
    with refused("empty_answer"):
        answering.submit(session, appeal, cast.dmitry, "  ", now=NOW, seen=None)
    assert appeal.status is Status.ASSIGNED


def test_who_writes_over_what_he_has_not_seen_gets_both_texts(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = at_housing(session, cast, settings)
    answering.save(session, appeal, cast.dmitry, "Дмитрий", now=NOW, seen=None)
    session.commit()
    for seen in (None, 0, 2):
        with sessions() as other:
            his, boris = other.get_one(Appeal, appeal.number), here(other, cast.boris)
            with pytest.raises(WritingConflict) as caught:
                answering.save(other, his, boris, "Борис", now=NOW, seen=seen)
        assert (caught.value.theirs, caught.value.mine, caught.value.version) == ("Дмитрий", "Борис", 1)
        assert caught.value.details["writer"] == "Дмитрий"


@pytest.mark.parametrize("seen", [None, 1])
def test_two_who_write_in_one_moment_lose_nothing(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings, seen: int | None
) -> None:
    appeal = at_housing(session, cast, settings)
    if seen:
        answering.save(session, appeal, cast.anna, "Анна", now=NOW, seen=None)
        session.commit()
    answering.save(session, appeal, cast.dmitry, "Дмитрий", now=NOW, seen=seen)

    def write(other: Session, his: Appeal, person: Person) -> Answer:
        return answering.save(other, his, person, "Борис", now=NOW, seen=seen)

    thread, outcome = meanwhile(sessions, appeal.number, cast.boris, write)
    time.sleep(0.2)
    assert outcome == []
    session.commit()
    thread.join(10)
    (conflict,) = outcome
    assert isinstance(conflict, WritingConflict)
    assert (conflict.theirs, conflict.mine) == ("Дмитрий", "Борис")
    session.expire_all()
    assert session.scalars(select(Answer)).one().text == "Дмитрий"


def test_a_wording_saved_in_the_moment_of_approval_is_not_approved_unread(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = at_housing(session, cast, settings)
    answering.submit(session, appeal, cast.dmitry, "Хорошо", now=NOW, seen=None)
    session.commit()
    answering.save(session, appeal, cast.zoya, "Плохо", now=NOW, seen=1)

    def approve(other: Session, his: Appeal, person: Person) -> Answer:
        return approving.approve(other, his, person, settings, now=NOW, version=1)

    thread, outcome = meanwhile(sessions, appeal.number, cast.anna, approve)
    time.sleep(0.2)
    session.commit()
    thread.join(10)
    assert [str(error) for error in outcome] == ["text_changed"]
    session.expire_all()
    assert (appeal.status, session.scalars(select(Answer)).one().state) == (Status.ON_APPROVAL, "on_approval")


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
@pytest.mark.parametrize(
    ("which", "writer", "approver", "override", "code"),
    [
        ("off", "anna", "anna", None, None),
        ("press", "anna", "anna", None, "needs_other_eyes"),
        ("press", "anna", "zoya", None, None),
        ("press", "anna", "anna", "дежурю одна", None),
        ("press", "anna", "anna", "   ", "needs_other_eyes"),
        ("press", "dmitry", "anna", None, None),
        ("head_then_press", "dmitry", "anna", None, "needs_endorsement"),
        ("head_then_press", "dmitry", "anna", "начальника нет", None),
        ("off", "dmitry", "boris", None, "not_allowed"),
        ("off", "dmitry", "galina", None, "not_allowed"),
    ],
)
def test_who_may_approve_whose_text(
    session: Session,
    town: Town,
    cast: Cast,
    settings: Settings,
    which: str,
    writer: str,
    approver: str,
    override: str | None,
    code: str | None,
) -> None:
    appeal = at_housing(session, cast, settings)
    answering.submit(session, appeal, getattr(cast, writer), "Уберём", now=NOW, seen=None)

    def approve() -> Answer:
        person, rules = getattr(cast, approver), eyes(settings, which)
        return approving.approve(session, appeal, person, rules, now=NOW, version=1, override=override)

    if code:
        with refused(code):
            approve()
        assert appeal.status is Status.ON_APPROVAL
        return
    approve()
    (entry,) = entries(session, appeal.number, "approve")
    assert (entry.data["own"], entry.data["override"]) == (writer == approver, bool(override))
    assert (entry.note.text if entry.note else None) == override
    assert appeal.status is Status.PUBLISHING


def test_the_heads_agreement_is_to_one_version(session: Session, town: Town, cast: Cast, settings: Settings) -> None:
    appeal, rules = at_housing(session, cast, settings), eyes(settings, "head_then_press")
    answering.submit(session, appeal, cast.dmitry, "Уберём", now=NOW, seen=None)
    with refused("not_allowed"):
        approving.endorse(session, appeal, cast.vera, now=NOW, version=1)
    approving.endorse(session, appeal, cast.boris, now=NOW, version=1)
    answering.save(session, appeal, cast.zoya, "Уберём завтра", now=NOW, seen=1)
    with refused("text_changed"):
        approving.approve(session, appeal, cast.anna, rules, now=NOW, version=1)
    with refused("needs_endorsement"):
        approving.approve(session, appeal, cast.anna, rules, now=NOW, version=2)
    approving.endorse(session, appeal, cast.boris, now=NOW, version=2)
    with refused("needs_other_eyes"):
        approving.approve(session, appeal, cast.zoya, rules, now=NOW, version=2)
    assert approving.approve(session, appeal, cast.anna, rules, now=NOW, version=2).text == "Уберём завтра"
