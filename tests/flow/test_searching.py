"""The words of appeals are found in whatever form they stand, by nobody who may not see them, and alike on both databases."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from incidents import jobs
from incidents.flow import answering, gate, naming, searching
from incidents.flow.answering import Intent
from incidents.records.search import SearchDocument, SearchWord
from incidents.rules.acts import Act
from incidents.rules.places import Network
from incidents.settings import Settings
from incidents.statistics.search import Asked, find, knows_misprints
from incidents.web import filters
from tests.cast import Cast, Town
from tests.databases import EVERYWHERE
from tests.flow.lives import say
from tests.web.desks import Desk

pytestmark = pytest.mark.parametrize("database_url", EVERYWHERE, indirect=True)


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def numbers(session: Session, written: str, **more: object) -> list[int]:
    return list(find(session, Asked(written, **more), []).numbers)  # type: ignore[arg-type]


def test_words_are_found_in_any_form_newest_first_and_only_together(session: Session, desk: Desk) -> None:
    first = desk.add("Не горят фонари на улице Ленина, ёлка упала", address="Ленина, 25", author_name="Кузнецова Ольга")
    second = desk.add("Во дворе не горит ФОНАРЬ, дети боятся ходить")
    assert numbers(session, "фонарей") == [second.number, first.number]
    assert numbers(session, "фонарь Ленина") == [first.number]
    assert numbers(session, "елки") == [first.number], "ё and е are one letter"
    assert numbers(session, "Кузнецову") == [first.number]
    assert numbers(session, "Кузнецову", parts=("said", "place")) == []
    assert numbers(session, "ленина 25", parts=("said", "place")) == [first.number]
    assert numbers(session, "дет", is_typing=True) == [second.number]
    assert numbers(session, "фонари сугробы") == []
    assert numbers(session, "\" OR ' & ) *: NEAR(") == []
    assert find(session, Asked("фонарь"), [], limit=1).has_more
    assert numbers(session, "фонарь", after=second.number) == [first.number]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Нет детских площадок и скамеек", "площадка скамейка"),
        ("Яма у колодца на участке, переулок Садовый", "колодец участок переулка"),
        ("Висит сосулька, разбито окно", "сосулек окон"),
    ],
)
def test_a_vowel_that_comes_and_goes_hides_no_word(session: Session, desk: Desk, said: str, asked: str) -> None:
    appeal = desk.add(said)
    desk.add("Не чистят снег")
    assert numbers(session, asked) == [appeal.number]


def test_who_sees_a_part_learns_no_word_of_the_rest(session: Session, desk: Desk, cast: Cast) -> None:
    ours = desk.give(desk.add("Сломан светофор у школы"))
    desk.add("Светофор починили, а тофор нет", author_name="Пелагея Светофорчук")
    while searching.gather(session):
        session.commit()
    visible = filters.visible(cast.boris, is_history=True)
    found = find(session, Asked("тофор"), visible)
    assert found.instead == {"тофор": ["светофор"]}, "a word of another department's appeal counts as unknown"
    assert list(found.numbers) == [ours.number]
    assert find(session, Asked("светофорчук"), visible).instead in ({}, {"светофорчук": ["светофор"]})
    hidden = find(session, Asked("пелагея"), visible)
    assert (list(hidden.numbers), hidden.instead) == ([], {})
    assert numbers(session, "пелагея") != []


def test_what_is_said_later_is_found_too_and_drafts_are_not(session: Session, desk: Desk, cast: Cast) -> None:
    appeal = desk.add("Просто вопрос", author_id="77", author_name="")
    answering.save(session, appeal, cast.anna, "Черновик про троллейбус", now=desk.now, seen=None)
    assert numbers(session, "троллейбус") == []
    gate.act(session, appeal, Act.NOTE, cast.anna.actor, now=desk.now, reason="Позвонить диспетчеру")
    session.commit()
    assert numbers(session, "диспетчер") == [appeal.number]
    say(session, appeal, cast.anna, Intent(), desk.now)
    assert numbers(session, "троллейбуса") == [appeal.number]
    naming.name(session, Network.VK, {"77": "Степан Разин"}, ["77"])
    session.commit()
    assert numbers(session, "разина степана") == [appeal.number]


def test_a_word_that_is_nowhere_is_replaced_by_those_like_it(session: Session, desk: Desk) -> None:
    appeal = desk.add("Сломан светофор на перекрёстке")
    while searching.gather(session):
        session.commit()
    found = find(session, Asked("тофор"), [])
    assert list(found.numbers) == [appeal.number]
    assert found.instead == {"тофор": ["светофор"]}
    assert found.is_found("Светофора")
    misprint = find(session, Asked("светафор"), [])
    assert list(misprint.numbers) == ([appeal.number] if knows_misprints(session) else [])
    assert knows_misprints(session) == (session.get_bind().dialect.name == "postgresql")


def test_erased_words_are_found_no_more_and_leave_no_trace(session: Session, desk: Desk) -> None:
    kept, gone = desk.add("Яма на Садовой"), desk.add("Яма, пишет Пелагея")
    searching.gather(session)
    searching.erase(session, gone.number)
    session.commit()
    assert numbers(session, "яма") == [kept.number]
    words = set(session.scalars(select(SearchWord.word)))
    assert "пелаге" not in words
    assert "ям" in words


def test_appeals_from_before_the_search_are_taken_in_by_the_upgrade(
    session: Session, desk: Desk, sessions: sessionmaker[Session]
) -> None:
    old = desk.add("Старое обращение про качели")
    session.execute(text("DELETE FROM search_documents"))
    session.commit()
    told: list[int] = []
    assert jobs.index_words(sessions, told.append) == 1
    assert told == [1]
    assert numbers(session, "качелей") == [old.number]
    session.rollback()
    assert jobs.index_words(sessions, told.append) == 0
    assert session.scalars(select(SearchDocument.appeal_number)).all() == [old.number]
