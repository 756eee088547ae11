"""Notes with names in them, the address of an appeal, who is at a card, and duplicates: what colleagues do for each other."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, attending, duplicates, forgetting, involving, locating, noting
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.journal import EntryText
from incidents.records.notices import About, Notice
from incidents.rules.acts import Refused, Reject, Status
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import arrive, lying_with

#: Later than anything that arrives, however long the tests before these took.
NOW = datetime.now(UTC) + timedelta(hours=1)
SOON = timedelta(seconds=10)


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return lying_with(session, arrive(session, town, settings), cast.housing, cast)


@pytest.fixture
def other(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return arrive(
        session, town, settings, object_key="vk:wall-1:r9", text="И у нас на Кирова, 40 сугробы", author_id="9"
    )


def test_who_is_named_in_a_note_is_told_and_its_words_can_be_erased(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    due_at = appeal.due_at
    noted = noting.note(
        session, appeal, cast.anna, "@dmitry бригада выехала, @Борис глянь", now=NOW, to=[cast.galina.id]
    )
    assert noted.told == ("Дмитрий", "Борис", "Галина")
    notices = session.scalars(select(Notice).where(Notice.about == About.MENTION).order_by(Notice.id)).all()
    assert [(each.person_id, each.about, each.by_id) for each in notices] == [
        (person.id, About.MENTION, cast.anna.id) for person in (cast.dmitry, cast.boris, cast.galina)
    ]
    assert "@dmitry бригада выехала, @Борис глянь" in session.scalars(select(EntryText.text)).all()
    assert appeal.due_at == due_at


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("@vera посмотрите", "may_not_see_it"),
        ("@elena", "may_not_see_it"),
        ("@nobody привет", "nobody_named_so"),
        ("   ", "reason_needed"),
        ("ы" * 2001, "note_too_long"),
    ],
)
def test_a_note_that_would_reach_nobody_is_not_written(
    session: Session, cast: Cast, appeal: Appeal, text: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        noting.note(session, appeal, cast.anna, text, now=NOW)


def test_a_mail_address_and_the_author_himself_are_nobody_s_mention(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    assert noting.note(session, appeal, cast.anna, "писать на a@b.example, @anna", now=NOW).told == ()


def test_the_address_is_read_at_intake_corrected_by_the_press_and_joins_what_is_of_one_place(
    session: Session, cast: Cast, appeal: Appeal, other: Appeal
) -> None:
    assert (appeal.address, other.address) == ("ул. Кирова, 40", "ул. Кирова, 40")
    assert [each.number for each in locating.others(session, appeal, [], 5)[0]] == [other.number]
    locating.locate(session, appeal, cast.anna, " Кирова,  42 ", now=NOW)
    assert (appeal.address, locating.others(session, appeal, [], 5)) == ("Кирова, 42", ([], 0))
    locating.locate(session, appeal, cast.anna, "дом 40 по улице Кирова", now=NOW)
    assert locating.others(session, appeal, [], 5)[1] == 1
    with pytest.raises(Refused, match="not_allowed"):
        locating.locate(session, appeal, cast.boris, "Мира, 1", now=NOW)


def test_who_is_at_a_card_is_one_person_however_many_pages_and_is_forgotten_soon(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    for _ in range(2):
        attending.come(session, appeal, cast.anna, now=NOW, is_writing=True)
    attending.come(session, appeal, cast.boris, now=NOW, is_writing=False)
    attending.come(session, appeal, cast.vera, now=NOW, is_writing=True)
    seen = attending.others(session, appeal, cast.boris, now=NOW + SOON)
    assert [(each.name, each.is_writing) for each in seen] == [("Анна", True)]
    seen = attending.others(session, appeal, cast.zoya, now=NOW + 2.5 * SOON)
    assert [(each.name, each.is_writing) for each in seen] == [("Анна", False), ("Борис", False)]
    # Who was asked for a part reads here too.
    involving.involve(session, appeal, cast.roads, cast.anna, now=NOW, ask="Чья это дорога?")
    assert "Вера" in [each.name for each in attending.others(session, appeal, cast.zoya, now=NOW + SOON)]
    attending.go(session, appeal, cast.vera)
    attending.go(session, appeal, cast.anna)
    assert attending.others(session, appeal, cast.boris, now=NOW + SOON) == []
    assert attending.others(session, appeal, cast.zoya, now=NOW + 4 * SOON) == []
    assert forgetting.forget(session, now=NOW + timedelta(hours=2)) == 1


def test_a_duplicate_stays_open_and_takes_the_main_answer_as_its_draft(
    session: Session, cast: Cast, appeal: Appeal, other: Appeal
) -> None:
    duplicates.link(session, other, appeal, cast.anna, now=NOW, seen_version=other.version)
    assert (other.duplicate_of, other.status) == (appeal.number, Status.NEW)
    assert [each.number for each in duplicates.of(session, appeal)] == [other.number]
    with pytest.raises(Refused, match="main_unanswered"):
        duplicates.answer_alike(session, other, cast.anna, now=NOW)
    answering.save(session, appeal, cast.anna, "Уберём до вечера.", now=NOW, seen=None)
    approving.confirm_by_hand(session, appeal, cast.anna, now=NOW, link="https://vk.com/wall-1_2", at=NOW)
    draft = duplicates.answer_alike(session, other, cast.anna, now=NOW)
    assert (draft.text, draft.appeal_number) == ("Уберём до вечера.", other.number)
    draft.text = "Своё"
    with pytest.raises(Refused, match="text_stands_here"):
        duplicates.answer_alike(session, other, cast.anna, now=NOW)


def test_a_duplicate_put_away_keeps_its_link_and_comes_back_with_it(
    session: Session, cast: Cast, appeal: Appeal, other: Appeal
) -> None:
    duplicates.put_away(session, other, appeal, cast.anna, now=NOW, seen_version=None)
    assert (other.status, other.reject_reason, other.duplicate_of) == (
        Status.REJECTED,
        Reject.DUPLICATE,
        appeal.number,
    )
    approving.restore(session, other, cast.anna, now=NOW)
    assert other.duplicate_of == appeal.number
    duplicates.unlink(session, other, cast.anna, now=NOW)
    with pytest.raises(Refused, match="not_linked"):
        duplicates.unlink(session, other, cast.anna, now=NOW)


def test_an_appeal_is_no_duplicate_of_itself_of_nothing_nor_of_a_duplicate(
    session: Session, cast: Cast, appeal: Appeal, other: Appeal
) -> None:
    for main in (None, other):
        with pytest.raises(Refused, match="no_such_main"):
            duplicates.link(session, other, main, cast.anna, now=NOW, seen_version=None)
    duplicates.link(session, other, appeal, cast.anna, now=NOW, seen_version=None)
    with pytest.raises(Refused, match="main_is_duplicate"):
        duplicates.link(session, appeal, other, cast.anna, now=NOW, seen_version=None)
    assert session.scalars(select(Answer)).all() == []
