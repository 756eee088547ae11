"""Absences, topics, shares as tables; rules and tokens, which only go out."""

import re

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents.records.topics import Topic
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, send
from tests.web.test_tables import post, take, upload

Sessions = sessionmaker[Session]


def test_absences_come_in_as_a_table_and_overlapping_ones_do_not(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    text = "login,from,to,substitute\nanna,01.07.2099,14.07.2099,\ndmitry,2099-08-01,2099-08-02,boris\n"
    take(elena, "absences", text)
    out = elena.get("/tables/absences").text
    assert "dmitry;2099-08-01;2099-08-02;boris;" in out
    assert "Ничего не изменится" in post(elena, "absences", out).text
    bad = post(elena, "absences", "login;from;to\nanna;2099-07-10;2099-07-20\nanna;весной;2099-07-20\n")
    assert "строка 3: «весной» — не дата" in bad.text
    assert "строка 2: " in bad.text
    assert enter("boris").get("/tables/absences").status_code == 403


def test_topics_come_in_as_they_went_out_and_each_bad_row_is_named(
    app: Flask, enter: Enter, town: Town, sessions: Sessions
) -> None:
    elena = enter("elena")
    with statements(app) as sent:
        out = elena.get("/tables/topics").text
    assert len(sent) <= 8
    assert "Снег во дворах;Управление ЖКХ;снег|сугроб|двор не убр;" in out
    assert "Ничего не изменится" in post(elena, "topics", out).text
    assert elena.get("/tables/topics").data == enter("galina").get("/tables/topics").data
    more = "Город;Лавки;housing;лавк|скамей\nГород;Мост;Мостотрест;мост\n;Пусто;;\n"
    head = "group;topic;department;keywords\n"
    answer = upload(elena, "topics", (head + more).encode("cp1251"))
    for sentence in ("строка 3: Нет отдела «Мостотрест»", "строка 4: Назовите группу"):
        assert sentence in answer.text
    take(elena, "topics", head + more.partition("\n")[0])
    with sessions() as session:
        added = session.scalars(select(Topic).where(Topic.name == "Лавки")).one()
        assert (added.keywords, added.is_active, added.group.name) == (["лавк", "скамей"], True, "Город")


def test_shares_come_in_as_a_table_and_only_from_today_on(enter: Enter, cast: Cast, town: Town) -> None:
    elena = enter("elena")
    head = "topic;department;triage;work;approval;publishing;valid_from;note\n"
    take(elena, "shares", head + "Фонари;;5;60;20;5;2099-01-01;приказ\n;roads;10;40;10;0;01.02.2099;\n")
    out = elena.get("/tables/shares").text
    assert "Фонари;;5;60;20;5;2099-01-01;приказ" in out
    assert ";roads;10;40;10;0;2099-02-01;" in out
    assert "Ничего не изменится" in post(elena, "shares", out).text
    bad = post(elena, "shares", head + ";;5;60;20;5;2020-01-01;\n;;x;1;1;1;2099-01-01;\n;;900;1;1;1;2099-01-01;\n")
    for sentence in ("строка 2: Доли", "строка 3: «x» — не целое число минут.", "строка 4: У стадий"):
        assert sentence in bad.text


def test_rules_and_tokens_go_out_without_what_is_secret(enter: Enter, cast: Cast, town: Town) -> None:
    elena = enter("elena")
    made = send(elena, "/tokens", page="/tokens/new", name="=Сайт", read="y", person=str(cast.anna.id))
    key = re.search(r"inc_[\w-]+", made.text)
    assert key
    tokens_out = elena.get("/tokens/file").text
    assert "'=Сайт;read;anna;" in tokens_out
    assert key[0] not in tokens_out
    assert "four_eyes;Кто согласует ответ;Кто должен согласовать;только пресс-служба" in elena.get("/rules/file").text
    assert enter("boris").get("/rules/file").status_code == 403
