"""The answer on a card: draft, conflict, approval under none and four eyes, recording by hand, resending."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import outside, publishing
from incidents.networks.events import Failure, Said
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.rules.acts import Status
from incidents.rules.places import Place
from incidents.settings import Settings
from tests.cast import GROUP_ID, Cast, Town
from tests.web.cards import anew, arrive, do, lying_with
from tests.web.conftest import PASSWORD, Enter, send
from tests.web.test_appeal_acts import acts_of

TEXT = "Ирина, здравствуйте! Технику направили, уберём до 18:00."


def answers(session: Session, appeal: Appeal) -> list[Answer]:
    query = select(Answer).where(Answer.appeal_number == appeal.number).order_by(Answer.id)
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    anew(appeal)
    return found


def test_one_button_publishes_the_text_as_it_stands_on_the_screen(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client = enter("anna")
    assert "Опубликовать" in client.get(f"/appeals/{appeal.number}").text
    assert do(client, appeal, "approval", text=TEXT, answer_version="0").status_code == 303
    (answer,) = answers(session, appeal)
    assert (answer.text, answer.state, appeal.status) == (TEXT, AnswerState.APPROVED, Status.PUBLISHING)
    assert acts_of(session, appeal) == ["register", "approve"]


def test_a_draft_is_saved_and_a_refused_one_is_kept_in_the_field(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client = enter("anna")
    do(client, appeal, "answer", text=TEXT, answer_version="0")
    assert [each.text for each in answers(session, appeal)] == [TEXT]
    long = "ы" * 5000
    refused = do(client, appeal, "approval", text=long, answer_version="1")
    assert refused.status_code == 422
    assert long in refused.text
    assert "5000" in refused.text
    assert [each.text for each in answers(session, appeal)] == [TEXT]


def test_two_writers_get_both_texts_and_neither_is_lost(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    dmitry, boris = enter("dmitry"), enter("boris")
    do(dmitry, appeal, "answer", text="Уберём до вечера.", answer_version="0")
    conflict = do(boris, appeal, "answer", text="Уберём до ночи.", answer_version="0")
    assert conflict.status_code == 409
    assert "автор — Дмитрий" in conflict.text
    assert "Уберём до <mark>вечера.</mark>" in conflict.text
    assert "Уберём до <mark>ночи.</mark>" in conflict.text
    assert ">\nУберём до ночи.</textarea>" in conflict.text
    assert 'name="answer_version" value="1"' in conflict.text
    # Saved over the version that is now shown, mine stands.
    assert do(boris, appeal, "answer", text="Уберём до ночи.", answer_version="1").status_code == 303
    assert [each.text for each in answers(session, appeal)] == ["Уберём до ночи."]


def test_an_autosave_answers_with_a_line_and_a_conflict_with_both_texts(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    anna, zoya = enter("anna"), enter("zoya")
    saved = autosave(anna, appeal, TEXT, 0)
    assert saved.status_code == 200
    assert 'data-version="1"' in saved.text
    assert "Черновик сохранён в" in saved.text
    conflict = autosave(zoya, appeal, "Другой текст", 0)
    assert conflict.status_code == 409
    assert "<html" not in conflict.text
    assert "Показать разницу" in conflict.text
    too_long = autosave(anna, appeal, "ы" * 20_000, 1)
    assert too_long.status_code == 422
    assert "Не сохранено." in too_long.text


def test_a_text_whose_card_moved_on_is_shown_to_be_copied(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    do(enter("zoya"), appeal, "approval", text="Уберём.", answer_version="0")
    late = do(enter("anna"), appeal, "approval", text=TEXT, answer_version="0")
    assert late.status_code in (409, 422)
    assert TEXT in late.text
    assert "Ваш текст, не сохранён" in late.text


def test_the_list_of_approvals_approves_the_version_it_showed(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    do(enter("dmitry"), appeal, "submission", text=TEXT, answer_version="0")
    anew(appeal)
    anna = enter("anna")
    assert do(anna, appeal, "approval", answer_version="7").status_code == 409
    answer = do(anna, appeal, "approval", answer_version="1", next="/approvals")
    assert (answer.status_code, answer.location) == (303, "/approvals")
    assert answers(session, appeal)[0].state is AnswerState.APPROVED


def test_a_text_goes_back_to_its_writer_with_a_reason(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    dmitry, anna = enter("dmitry"), enter("anna")
    do(dmitry, appeal, "submission", text=TEXT, answer_version="0")
    anew(appeal)
    assert "textarea name" not in dmitry.get(f"/appeals/{appeal.number}").text
    assert do(anna, appeal, "return-to-writer", reason="").status_code == 422
    assert do(anna, appeal, "return-to-writer", reason="Назовите срок").status_code == 303
    page = dmitry.get(f"/appeals/{appeal.number}").text
    assert "Назовите срок" in page
    assert f">\n{TEXT}</textarea>" in page


def test_what_has_not_gone_out_is_taken_back(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    anna = enter("anna")
    do(anna, appeal, "approval", text=TEXT, answer_version="0")
    anew(appeal)
    assert do(anna, appeal, "return-to-writer", reason="Опечатка").status_code == 303
    assert [each.state for each in answers(session, appeal)] == [AnswerState.WITHDRAWN, AnswerState.DRAFT]


def test_a_stopped_delivery_goes_out_again_by_a_person_s_word(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    anna = enter("anna")
    do(anna, appeal, "approval", text=TEXT, answer_version="0")
    answer = answers(session, appeal)[0]
    assert do(anna, appeal, "resending", answer=str(answer.id)).status_code == 409
    failure = Failure("operator", "vk:213", "Access to commenting denied")
    publishing.record(session, answer.id, failure, now=datetime.now(UTC))
    session.commit()
    page = anna.get(f"/appeals/{appeal.number}").text
    assert "<q>Access to commenting denied</q>" in page
    assert "Не отправлено" in page
    assert do(anna, appeal, "resending", answer=str(answer.id)).status_code == 303
    assert answers(session, appeal)[0].state is AnswerState.APPROVED


def test_where_the_program_cannot_write_a_person_is_led_and_records_link_and_time(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings, place=Place.ELSEWHERE, reply_to={}, source_id=None)
    anna = enter("anna")
    do(anna, appeal, "approval", text=TEXT, answer_version="0")
    page = anna.get(f"/appeals/{appeal.number}").text
    assert "Разместите вручную" in page
    assert f'id="to-copy" rows="4" readonly aria-label="Текст для копирования">\n{TEXT}' in page
    anew(appeal)
    zone = settings.town_zone
    seen = datetime.now(zone) - timedelta(minutes=2)
    link = "https://vk.com/wall-1_1?reply=9"
    for wrong in ({"link": "там", "at": f"{seen:%Y-%m-%dT%H:%M}"}, {"link": link, "at": "вчера"}):
        refused = do(anna, appeal, "publication", **wrong)
        assert refused.status_code == 422
        assert f'value="{wrong["link"]}"' in refused.text
    assert do(anna, appeal, "publication", link=link, at=f"{seen:%Y-%m-%dT%H:%M:%S}").status_code == 303
    anew(appeal)
    assert appeal.answered_at == seen.replace(microsecond=0)
    assert appeal.status is Status.ANSWERED


def test_an_answer_past_the_program_is_counted_by_one_button(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=3)
    link = f"https://vk.com/wall-{GROUP_ID}_1?reply=50"
    said = Said(
        object_key=f"vk:wall-{GROUP_ID}:r50",
        place=Place.COMMENT,
        conversation="",
        branch=appeal.branch or "",
        author_id=f"-{GROUP_ID}",
        author_name="",
        author_url=None,
        text="Уже убрали",
        posted_at=at,
        permalink=link,
        reply_to={},
        is_ours=True,
        external_id="50",
        answers=appeal.object_key,
    )
    outside.hear_ourselves(session, said, town.vk, now=datetime.now(UTC))
    session.commit()
    anna = enter("anna")
    page = anna.get(f"/appeals/{appeal.number}").text
    local = at.astimezone(settings.town_zone)
    assert "Засчитать" in page
    assert f'value="{link}"' in page
    assert f'value="{local:%Y-%m-%dT%H:%M:%S}"' in page
    anew(appeal)
    assert do(anna, appeal, "publication", link=link, at=f"{local:%Y-%m-%dT%H:%M:%S}").status_code == 303
    anew(appeal)
    assert (appeal.answered_at, appeal.status) == (at, Status.ANSWERED)
    page = anna.get(f"/appeals/{appeal.number}").text
    assert page.count("Уже убрали") == 1


def test_a_published_text_is_never_sent_by_a_signed_out_form(
    app: Flask, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client = app.test_client()
    assert send(client, "/sign-in", login="anna", password=PASSWORD).status_code == 302
    answer = client.post(f"/appeals/{appeal.number}/approval", data={"text": TEXT, "answer_version": "0"})
    assert answer.status_code == 400
    assert answers(session, appeal) == []


def autosave(client: FlaskClient, appeal: Appeal, text: str, version: int):  # type: ignore[no-untyped-def]  # a TestResponse
    page = f"/appeals/{appeal.number}"
    found = client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"csrf_token": found, "version": str(appeal.version), "answer_version": str(version), "text": text}
    return client.post(f"{page}/answer", data=data, headers={"HX-Request": "true"})
