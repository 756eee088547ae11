"""A topic changed in pages: shown on the last appeals before it is saved, put into another group, merged into another topic."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from incidents.records.journal import Entry
from incidents.records.topics import Topic, TopicGroup
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter, send
from tests.web.desks import Desk

Sessions = sessionmaker[Session]


@pytest.fixture
def settings(rules_of_the_town: Settings) -> Settings:
    return rules_of_the_town


def test_what_would_change_is_shown_and_not_stored(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, sessions: Sessions
) -> None:
    desk = Desk(session, cast, town, settings)
    potholes = [desk.add(words).number for words in ("Ямы на асфальте", "Опять ямы, весь асфальт")]
    desk.add("Спасибо за работу")
    elena, path = enter("elena"), f"/topics/{town.potholes.id}"
    fields = {
        "name": "Ямы",
        "department": str(cast.housing.id),
        "keywords": "\n".join(town.potholes.keywords),
        "is_active": "y",
    }
    shown = send(elena, path, page=path, preview="1", **fields)
    assert "На последних 3 обращениях" in shown.text
    assert "2 пошли бы иначе." in shown.text
    assert "Управление дорог" in shown.text
    assert f"№ {potholes[1]}, {potholes[0]}" in shown.text
    with sessions() as again:
        assert again.get_one(Topic, town.potholes.id).department_id == cast.roads.id
        assert again.scalar(select(func.count()).where(Entry.act == "change_topic")) == 0
    same = send(elena, path, page=path, preview="1", **{**fields, "department": str(cast.roads.id)})
    assert "Ни одно не пошло бы иначе." in same.text


def test_words_of_confusion_and_the_fast_track_are_kept_and_go_out(
    enter: Enter, town: Town, sessions: Sessions
) -> None:
    elena, path = enter("elena"), f"/topics/{town.snow.id}"
    fields = {
        "name": "Снег во дворах",
        "keywords": "снег\nснег\nсугроб",
        "confused_with": "Наледь на крыше: это ЖКХ",
        "is_fast_track": "y",
        "is_active": "y",
    }
    assert send(elena, path, page=path, **fields).status_code == 303
    with sessions() as session:
        snow = session.get_one(Topic, town.snow.id)
        assert (snow.keywords, snow.is_fast_track) == (["снег", "сугроб"], True)
    assert "Не путать с: Наледь на крыше" in elena.get("/topics").text
    assert "Наледь на крыше: это ЖКХ;yes" in elena.get("/tables/topics").text


def test_a_topic_moves_to_another_group_unless_its_name_is_taken_there(
    enter: Enter, town: Town, sessions: Sessions
) -> None:
    with sessions() as session:
        other = TopicGroup(name="Зима", position=7)
        session.add(other)
        session.flush()
        session.add(Topic(group_id=other.id, name="Фонари", keywords=[]))
        session.commit()
    elena = enter("elena")
    fields = {"name": "Снег во дворах", "keywords": "снег", "is_active": "y", "group": str(other.id)}
    path = f"/topics/{town.snow.id}"
    assert send(elena, path, page=path, **fields).status_code == 303
    with sessions() as session:
        assert session.get_one(Topic, town.snow.id).group_id == other.id
    path = f"/topics/{town.lamps.id}"
    refused = send(elena, path, page=path, **{**fields, "name": "Фонари", "keywords": "фонар"})
    assert refused.status_code == 422
    assert "В группе «Зима» уже есть тема «Фонари»." in refused.text


def test_two_topics_become_one_and_appeals_keep_what_they_had(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, sessions: Sessions
) -> None:
    appeal = Desk(session, cast, town, settings).add("Ямы на асфальте")
    elena, path = enter("elena"), f"/topics/{town.potholes.id}"
    merged = send(elena, f"{path}/merging", page=path, into=str(town.lamps.id))
    assert merged.location == f"/topics/{town.lamps.id}"
    with sessions() as again:
        into, gone = again.get_one(Topic, town.lamps.id), again.get_one(Topic, town.potholes.id)
        assert set(gone.keywords) <= set(into.keywords)
        assert not gone.is_active
    session.refresh(appeal)
    itself, void = town.lamps.id, town.potholes.id
    assert appeal.topic_id == void
    # Reading began a transaction; on SQLite the page would wait for it.
    session.rollback()
    path = f"/topics/{itself}"
    for unfit in (itself, void):
        assert send(elena, f"{path}/merging", page=path, into=str(unfit)).location == path
        assert "Тему можно слить только с другой" in elena.get(path).text
    assert send(elena, f"{path}/merging", page=path, into="").location == path
    assert "Выберите тему из списка." in elena.get(path).text
    with sessions() as again:
        assert again.scalar(select(func.count()).where(Entry.act == "merge_topics")) == 1
    assert enter("anna").post(f"{path}/merging").status_code in (400, 403)


def test_a_topic_is_added_to_a_group_or_with_a_new_one_and_gets_another_name(
    enter: Enter, town: Town, sessions: Sessions
) -> None:
    elena, group = enter("elena"), town.snow.group_id
    for fields, sentence in (
        ({"name": "Лавки"}, "Выберите группу или назовите новую."),
        ({"name": "", "group": str(group)}, "Введите название темы"),
        ({"name": "Фонари", "group": str(group)}, "уже есть тема «Фонари»"),
    ):
        refused = send(elena, "/topics", page="/topics/new", **fields)
        assert (refused.status_code, sentence in refused.text) == (422, True)
    added = send(elena, "/topics", page="/topics/new", name="Лавки", group=str(group))
    assert "Тема добавлена." in elena.get(added.location).text
    new = send(elena, "/topics", page="/topics/new", name="Лавки", new_group="Скверы")
    named = send(elena, new.location, page=new.location, name="Скамейки", keywords="скамей", is_active="y")
    assert named.status_code == 303
    with sessions() as session:
        bench = session.scalars(select(Topic).where(Topic.name == "Скамейки")).one()
        assert (bench.group.name, bench.keywords, bench.is_active) == ("Скверы", ["скамей"], True)
        assert session.scalar(select(func.count()).where(Entry.act == "add_topic")) == 2
    assert enter("anna").get("/topics/new").status_code == 403
