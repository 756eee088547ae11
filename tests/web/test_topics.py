"""The pages of topics: who reads, who changes, trying a text out, and narrowing the list."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents.records.topics import Topic
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, send

Sessions = sessionmaker[Session]


def topic(sessions: Sessions, name: str) -> Topic:
    with sessions() as session:
        return session.scalars(select(Topic).where(Topic.name == name)).one()


def test_topics_stand_in_their_groups_and_cost_as_much_for_many(
    app: Flask, enter: Enter, town: Town, sessions: Sessions
) -> None:
    anna = enter("anna")
    # What a process keeps is read once.
    anna.get("/topics")
    with statements(app) as few:
        page = anna.get("/topics").text
    for words in ("Город", "Ямы", "Управление дорог", "ждёт человека", "нет: решает пресс-служба"):
        assert words in page
    assert f"/topics/{town.potholes.id}" not in page
    with sessions() as session:
        session.add_all(
            Topic(group_id=town.potholes.group_id, name=f"Тема {number}", keywords=["слово"]) for number in range(60)
        )
        session.commit()
    assert "Тема 59" in anna.get("/topics").text
    with statements(app) as many:
        assert "Тема 59" in anna.get("/topics").text
    assert len(many) == len(few) <= 5


def test_the_list_is_narrowed_by_words_and_department(enter: Enter, town: Town, cast: Cast) -> None:
    galina = enter("galina")
    assert "Снег во дворах" in galina.get("/topics?words=сугроб").text
    assert "Фонари" not in galina.get("/topics?words=сугроб").text
    assert "Снег во дворах" not in galina.get(f"/topics?department={cast.roads.id}").text
    assert "По этому фильтру ничего" in galina.get("/topics?words=космодром").text


def test_a_text_is_tried_out_without_being_kept_anywhere(
    enter: Enter, town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = send(enter("anna"), "/topics/trial", page="/topics", text="Во дворе снег и сугробы, Пётр Иванович")
    assert answer.status_code == 200
    suggested = answer.text.partition("Лучшие подсказки")[2]
    assert suggested.index("Снег во дворах") < suggested.index("по словам: снег, сугробы")
    told = capsys.readouterr()
    assert "сугробы" not in told.out + told.err
    assert "Ни одного слова" in send(enter("galina"), "/topics/trial", page="/topics", text="Ура").text
    assert "Текста ещё нет." in send(enter("elena"), "/topics/trial", page="/topics", text=" ").text


def test_a_changed_topic_is_matched_by_its_new_words_at_once(
    enter: Enter, town: Town, cast: Cast, sessions: Sessions
) -> None:
    elena, path = enter("elena"), f"/topics/{town.lamps.id}"
    send(elena, "/topics/trial", page="/topics", text="прожектор")
    answer = send(
        elena,
        path,
        page=path,
        name="Фонари",
        department=str(cast.housing.id),
        keywords="Прожектор\n\nфонар",
        hint="и гирлянды",
        is_active="y",
    )
    assert answer.location == f"/topics#topic-{town.lamps.id}"
    changed = topic(sessions, "Фонари")
    assert (changed.keywords, changed.hint) == (["прожектор", "фонар"], "и гирлянды")
    assert (changed.needs_click, changed.department_id) == (False, cast.housing.id)
    assert "по словам: прожектор" in send(elena, "/topics/trial", page="/topics", text="прожектор").text


def test_what_does_not_fit_is_refused_and_kept(enter: Enter, town: Town) -> None:
    elena, path = enter("elena"), f"/topics/{town.lamps.id}"
    answer = send(elena, path, page=path, department="999", keywords="моё слово", hint="", is_active="y")
    assert answer.status_code == 422
    assert "моё слово" in answer.text
    assert elena.get("/topics/999").status_code == 404


def test_press_and_managers_read_and_change_nothing(enter: Enter, town: Town) -> None:
    for login in ("anna", "galina"):
        client = enter(login)
        assert client.get("/topics").status_code == client.get("/tables/topics").status_code == 200
        assert client.get(f"/topics/{town.lamps.id}").status_code == 403
        assert send(client, f"/topics/{town.lamps.id}", page="/topics", keywords="").status_code == 403
        assert client.get("/tables/topics/new").status_code == 403
    assert enter("vera").get("/topics").status_code == 403


def test_an_empty_classifier_says_what_next(enter: Enter, cast: Cast) -> None:
    assert "Тем ещё нет" in enter("elena").get("/topics").text
