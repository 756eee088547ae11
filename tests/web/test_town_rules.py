"""The page of rules: how the town has settled things and where that is changed, for those who may look rules up."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.records.topics import Topic
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter


@pytest.mark.parametrize("login", ["elena", "anna", "galina"])
def test_the_rules_are_shown_with_their_keys_and_no_secret(enter: Enter, town: Town, app: Flask, login: str) -> None:
    page = enter(login).get("/rules")
    assert page.status_code == 200
    for key in ("machine_score", "four_eyes", "silence_at", "answer_checks", "escalate_at", "quiet_hours"):
        assert f"<code>{key}</code>" in page.text
    assert "только пресс-служба" in page.text
    assert "когда прошло 75 % срока; за 15 мин до срока" in page.text
    assert "начальнику отдела — через 15 мин после срока" in page.text
    assert "Личные данные в открытом ответе" in page.text
    assert app.config["SECRET_KEY"] not in page.text
    for secret in ("smtp_password", "notice_bot_token", "key_file", "database_url"):
        assert secret not in page.text


def test_where_topics_lead_is_asked_once_and_what_waits_is_said(
    app: Flask, enter: Enter, town: Town, cast: Cast, session: Session
) -> None:
    elena = enter("elena")
    with statements(app) as few:
        elena.get("/rules")
    session.add_all(
        Topic(
            group_id=town.snow.group_id, name=f"Тема {number}", keywords=[], hint="", confused_with="", needs_click=True
        )
        for number in range(40)
    )
    session.commit()
    with statements(app) as many:
        page = elena.get("/rules").text
    assert len(many) == len(few)
    assert page.index("нет: решает пресс-служба") < page.index("Тема 39") < page.index("Управление дорог")
    assert enter("boris").get("/rules").status_code == 403
