"""Personal control: who marks, who sees the comment, who takes it off; and how colleagues' news reach people."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import closing, controlling, gathering, noticing, recording, ways, wording
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.notices import About, Letter, Notice
from incidents.rules.acts import Refused
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.web.cards import arrive, lying_with

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return lying_with(session, arrive(session, town, settings), cast.housing, cast)


def test_each_marks_for_themselves_and_the_flag_goes_with_the_last_mark(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    due_at = appeal.due_at
    controlling.control(session, appeal, cast.galina, now=NOW, comment="Третья жалоба за неделю")
    controlling.control(session, appeal, cast.anna, now=LATER)
    assert [mark.person_id for mark in controlling.living(session, appeal.number)] == [cast.galina.id, cast.anna.id]
    assert controlling.comments(session, [appeal.number]) == {
        (appeal.number, cast.galina.id): "Третья жалоба за неделю"
    }
    flags = []
    for person in (cast.anna, cast.galina):
        controlling.release(session, appeal, person, now=LATER)
        flags.append(appeal.is_controlled)
    assert flags == [True, False]
    assert appeal.due_at == due_at
    assert session.scalars(select(Entry.act).order_by(Entry.id.desc()).limit(2)).all() == ["release", "release"]


def test_what_is_marked_is_not_marked_twice_and_nobody_takes_off_a_colleague_s_mark(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    controlling.control(session, appeal, cast.galina, now=NOW)
    with pytest.raises(Refused, match="controlled_already"):
        controlling.control(session, appeal, cast.galina, now=LATER)
    with pytest.raises(Refused, match="not_your_control"):
        controlling.release(session, appeal, cast.anna, now=LATER, whose=cast.galina.id)
    with pytest.raises(Refused, match="not_controlled"):
        controlling.release(session, appeal, cast.anna, now=LATER)
    controlling.control(session, appeal, cast.anna, now=NOW)
    controlling.release(session, appeal, cast.galina, now=LATER, whose=cast.anna.id)
    assert [mark.person_id for mark in controlling.living(session, appeal.number)] == [cast.galina.id]


def test_a_department_marks_nothing(session: Session, cast: Cast, appeal: Appeal) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        controlling.control(session, appeal, cast.boris, now=NOW)


def test_news_reach_once_whoever_may_see_the_appeal_and_nobody_else(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    everybody = (cast.boris, cast.vera, cast.galina, cast.elena)
    for _ in range(2):
        told = noticing.tell(session, appeal, About.MENTION, everybody, mark="entry:1", now=NOW, by=cast.anna.id)
        assert told == [cast.boris.id, cast.galina.id]
    assert len(session.scalars(select(Notice).where(Notice.about == About.MENTION)).all()) == 2
    # That the appeal came to his department is news to him too.
    assert noticing.unseen(session, cast.boris.id).number == 2
    assert noticing.unseen(session, cast.vera.id).number == 0


def test_news_go_out_by_letter_without_a_citizen_s_word(
    session: Session, cast: Cast, appeal: Appeal, settings: Settings
) -> None:
    town = settings.model_copy(update={"smtp_host": "mail.example", "mail_from": "a@b.example", "quiet_hours": False})
    cast.boris.email = "boris@town.example"
    noticing.tell(session, appeal, About.MENTION, [cast.boris], mark="entry:1", now=NOW)
    ways.send_off(session, town, now=NOW)
    assert gathering.gather(session, town, now=LATER) == 1
    letter = wording.compose(session, session.scalars(select(Letter)).one(), town, now=LATER)
    assert letter.subject.endswith("1 обращение требует внимания")
    assert f"№ {appeal.number} — коллега упоминает вас в заметке" in letter.text
    assert "сугробы" not in letter.text


def test_who_keeps_it_is_told_once_when_the_final_answer_is_visible_and_again_after_a_reopening(
    session: Session, cast: Cast, appeal: Appeal
) -> None:
    controlling.control(session, appeal, cast.galina, now=NOW)
    controlling.control(session, appeal, cast.anna, now=NOW)
    controlling.release(session, appeal, cast.anna, now=NOW)
    assert controlling.tell_done(session, now=LATER) == 0
    for told in (1, 2):
        at = appeal.received_at + told * timedelta(minutes=10)
        link = f"https://vk.com/wall-1234_1?reply={told + 90}"
        recording.record(session, appeal, cast.anna, now=at, link=link, at=at, text="Двор убрали.")
        assert controlling.tell_done(session, now=at) == 1
        assert controlling.tell_done(session, now=LATER) == 0
        notices = session.scalars(select(Notice).where(Notice.about == About.DONE)).all()
        assert [notice.person_id for notice in notices] == [cast.galina.id] * told
        closing.reopen(session, appeal, cast.anna, now=at, reason="Снова завалили")
        assert controlling.tell_done(session, now=LATER) == 0
