"""The pages of sources: connecting step by step, secrets that are never shown again, pausing and resuming."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import intake, vault
from incidents.records.answers import Answer, AnswerState
from incidents.records.journal import Entry
from incidents.records.sources import Source
from incidents.rules.acts import Actor
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, send

Sessions = sessionmaker[Session]
VK = {"name": "Глава города", "external_id": "77", "token": "vk1.a.letters", "confirmation": "a1b2c3", "secret": "hush"}
BOT = {"name": "Бот города", "external_id": "99", "token": "99:letters", "account": "@gorod_bot"}


def source(sessions: Sessions, external_id: int) -> Source:
    with sessions() as session:
        return session.scalars(select(Source).where(Source.external_id == external_id)).one()


def key_of(page: str) -> str:
    found = re.search(r'name="key" type="hidden" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_vk_community_is_connected_under_the_address_that_the_guide_told(
    enter: Enter, cast: Cast, sessions: Sessions, settings: Settings
) -> None:
    elena = enter("elena")
    guide = elena.get("/sources/new/vk").text
    key = key_of(guide)
    assert f"{settings.public_url}/hooks/vk/{key}" in guide
    answer = send(elena, "/sources/new/vk", page="/sources/new/vk", key=key, **VK)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    added = source(sessions, 77)
    assert (added.key, added.confirmation) == (key, "a1b2c3")
    assert vault.unseal(settings.key, added.sealed_token) == "vk1.a.letters"
    for path in ("/sources", f"/sources/{added.id}"):
        assert "hush" not in elena.get(path).text + answer.text
        assert "vk1.a.letters" not in elena.get(path).text + answer.text


def test_a_bots_secret_that_the_program_made_stands_in_one_response(
    enter: Enter, cast: Cast, sessions: Sessions, settings: Settings
) -> None:
    elena = enter("elena")
    answer = send(elena, "/sources/new/telegram", page="/sources/new/telegram", key="bot-of-town", **BOT)
    added = source(sessions, 99)
    secret = vault.unseal(settings.key, added.sealed_secret)
    assert len(secret) > 30
    assert secret in answer.text
    assert added.account == "gorod_bot"
    assert secret not in elena.get("/sources").text + elena.get(f"/sources/{added.id}").text + str(answer.headers)


@pytest.mark.parametrize(
    ("network", "fields", "sentence"),
    [
        ("vk", {**VK, "external_id": "1234"}, "Это сообщество или бот уже подключены"),
        ("vk", {**VK, "external_id": "0"}, "Целое число больше нуля"),
        ("vk", {**VK, "secret": ""}, "Введите тот же секретный ключ, что и во ВКонтакте"),
        ("telegram", {**BOT, "secret": "с кириллицей"}, "Телеграм"),
        ("telegram", {**BOT, "token": ""}, "Введите ключ доступа, который выдала сеть"),
    ],
)
def test_a_refused_source_keeps_what_was_typed_but_no_secret(
    enter: Enter, town: Town, network: str, fields: dict[str, str], sentence: str
) -> None:
    path = f"/sources/new/{network}"
    answer = send(enter("elena"), path, page=path, key="some-key", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields["name"]}"' in answer.text
    assert key_of(answer.text) == "some-key"
    for secret in ("vk1.a.letters", "hush", "99:letters", "с кириллицей"):
        assert secret not in answer.text


def test_an_empty_secret_leaves_the_old_one_and_a_new_token_replaces_it(
    enter: Enter, town: Town, sessions: Sessions, settings: Settings
) -> None:
    path = f"/sources/{town.vk.id}"
    answer = send(enter("elena"), path, page=path, name="Город", confirmation="new", token="fresh")
    assert answer.status_code == 303
    changed = source(sessions, town.vk.external_id)
    assert (changed.name, changed.confirmation, changed.is_active) == ("Город", "new", True)
    assert vault.unseal(settings.key, changed.sealed_token) == "fresh"
    assert vault.unseal(settings.key, changed.sealed_secret) == "vk-secret"


def test_a_source_is_paused_and_resumed(enter: Enter, town: Town, sessions: Sessions) -> None:
    elena, path = enter("elena"), f"/sources/{town.vk.id}"
    assert send(elena, f"{path}/pause", page=path).status_code == 303
    assert not source(sessions, town.vk.external_id).is_active
    assert "На паузе" in elena.get("/sources").text
    assert send(elena, f"{path}/resumption", page=path).status_code == 303
    assert source(sessions, town.vk.external_id).is_active


def test_what_waited_for_a_mended_token_goes_out_and_the_journal_names_who_resumed(
    enter: Enter, town: Town, cast: Cast, sessions: Sessions, settings: Settings
) -> None:
    with sessions() as session:
        words = intake.Incoming(Network.VK, Place.COMMENT, "Когда починят?", NOW, source_id=town.vk.id)
        appeal = intake.register(session, words, Actor("network:vk"), settings, now=NOW)
        session.add(
            Answer(
                appeal_number=appeal.number,
                state=AnswerState.NEEDS_ADMIN,
                text="x",
                created_at=NOW,
                source_id=town.vk.id,
                guid=7,
            )
        )
        session.get_one(Source, town.vk.id).paused_reason = "5: User authorization failed"
        session.commit()
    elena, path = enter("elena"), f"/sources/{town.vk.id}"
    assert "User authorization failed" in elena.get(path).text
    answer = send(elena, f"{path}/resumption", page=path, **{"from": "system"})
    assert answer.location == "/system"
    assert "«ВК» снова работает. 1 ответ уходит." in elena.get("/system").text
    with sessions() as session:
        assert session.scalars(select(Answer)).one().state is AnswerState.RETRY
        entry = session.scalars(select(Entry).where(Entry.act == "resume_source")).one()
        assert (entry.by, entry.data["answers"]) == (cast.elena.actor.name, 1)
    assert source(sessions, town.vk.external_id).paused_reason is None


def test_an_unknown_network_or_source_is_404_and_the_list_asks_little(app: Flask, enter: Enter, town: Town) -> None:
    elena = enter("elena")
    for path in ("/sources/new/ok", "/sources/999"):
        assert elena.get(path).status_code == 404
    with statements(app) as sent:
        assert elena.get("/sources").status_code == 200
    assert len(sent) <= 9
    assert send(enter("vera"), f"/sources/{town.vk.id}/pause", page="/profile").status_code == 403


def test_an_empty_list_says_what_next(enter: Enter, cast: Cast) -> None:
    assert "Ни одна сеть не подключена" in enter("elena").get("/sources").text
