"""What a text is for, on the card: radio buttons without scripts, errors beside the field, and what runs afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.rules.acts import Purpose, Status
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.flow.lives import enact_all_clocks
from tests.web.cards import anew, arrive, do, lying_with
from tests.web.conftest import Enter, token
from tests.web.test_appeal_acts import acts_of
from tests.web.test_appeal_answers import TEXT, answers

LINK = "https://vk.com/wall-1_2"


@pytest.fixture
def appeal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    enact_all_clocks(session)
    return arrive(session, town, settings)


def in_days(settings: Settings, days: int) -> str:
    return (datetime.now(settings.town_zone) + timedelta(days=days)).date().isoformat()


def a_minute_ago(settings: Settings) -> str:
    return (datetime.now(settings.town_zone) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S")


def test_the_writer_says_what_the_text_is_for_and_the_approver_reads_it(
    enter: Enter, session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    lying_with(session, appeal, cast.housing, cast)
    promised = in_days(settings, 5)
    fields = {"text": TEXT, "answer_version": "0", "purpose": "deferral", "promised_on": promised}
    assert do(enter("dmitry"), appeal, "submission", **fields).status_code == 303
    (answer,) = answers(session, appeal)
    assert (answer.purpose, str(answer.promised_on)) == (Purpose.DEFERRAL, promised)
    page = enter("anna").get("/approvals").text
    assert "Обещание решения" in page
    assert "обещано к" in page
    assert do(enter("anna"), appeal, "approval", answer_version="1").status_code == 303
    assert answers(session, appeal)[0].purpose is Purpose.DEFERRAL


@pytest.mark.parametrize("noun", ["submission", "approval"])
@pytest.mark.parametrize(
    ("days", "words"), [(None, "Укажите дату"), (0, "позже сегодняшней"), (40, "Самый поздний срок")]
)
def test_a_wrong_date_is_told_beside_it_and_everything_typed_is_kept(
    enter: Enter, session: Session, appeal: Appeal, settings: Settings, noun: str, days: int | None, words: str
) -> None:
    promised = "" if days is None else in_days(settings, days)
    fields = {"text": TEXT, "answer_version": "0", "purpose": "deferral", "promised_on": promised}
    refused = do(enter("anna"), appeal, noun, **fields)
    assert refused.status_code == 422
    form = refused.text.partition('id="writer"')[2].partition("</form>")[0]
    assert words in form.partition("writer-wrong")[2]
    assert refused.text.count(words) == 1
    assert f">\n{TEXT}</textarea>" in form
    assert 'value="deferral" checked' in form
    assert f'name="promised_on" type="date" value="{promised}"' in form
    assert answers(session, appeal) == []
    assert acts_of(session, appeal) == ["register"]


def test_an_approver_says_another_purpose_and_stays_no_writer(
    enter: Enter, session: Session, appeal: Appeal, cast: Cast
) -> None:
    lying_with(session, appeal, cast.housing, cast)
    do(enter("dmitry"), appeal, "submission", text=TEXT, answer_version="0", purpose="final")
    do(enter("anna"), appeal, "approval", text=TEXT, answer_version="1", purpose="interim")
    (answer,) = answers(session, appeal)
    assert (answer.purpose, answer.version) == (Purpose.INTERIM, 1)


def test_a_purpose_that_there_is_not_is_refused(enter: Enter, session: Session, appeal: Appeal) -> None:
    refused = do(enter("anna"), appeal, "answer", text=TEXT, answer_version="0", purpose="secret")
    assert refused.status_code == 422
    assert answers(session, appeal) == []


def test_an_answer_by_hand_has_its_purpose_and_the_card_says_what_runs(
    enter: Enter, session: Session, appeal: Appeal, settings: Settings
) -> None:
    client, at = enter("anna"), a_minute_ago(settings)
    assert 'id="clocks"' in client.get(f"/appeals/{appeal.number}").text
    assert "Окончательный ответ</b>" not in client.get(f"/appeals/{appeal.number}").text
    assert do(client, appeal, "publication", link=LINK, at=at, purpose="question").status_code == 303
    assert anew(appeal).status is Status.AWAITING_AUTHOR
    page = client.get(f"/appeals/{appeal.number}").text
    block = page.partition('id="clocks"')[2].partition("</section>")[0]
    assert ["Первый ответ" in block, "в срок" in block] == [True, True]
    assert ["Окончательный ответ" in block, "ждёт автора" in block, "автору задан вопрос" in block] == [True] * 3
    # It can be worked on: written, handed in, recorded again.
    for noun in ("submission", "approval", "publication", "ending", "words", "taking", "assignment"):
        assert (
            f'action="/appeals/{appeal.number}/{noun}"' in page
            or f'formaction="/appeals/{appeal.number}/{noun}"' in page
        )
    assert f'action="/appeals/{appeal.number}/rejection"' not in page
    refused = do(client, appeal, "publication", link=LINK, at=at, purpose="deferral", promised_on="")
    assert refused.status_code == 422
    assert "by-hand-wrong" in refused.text
    assert f'value="{LINK}"' in refused.text
    assert do(client, appeal, "publication", link=LINK, at=at, purpose="final").status_code == 303
    assert anew(appeal).status is Status.ANSWERED


def test_words_brought_in_by_hand_end_the_waiting_and_show_as_later(
    enter: Enter, session: Session, appeal: Appeal, settings: Settings
) -> None:
    client = enter("anna")
    do(client, appeal, "publication", link=LINK, at=a_minute_ago(settings), purpose="question")
    now = datetime.now(settings.town_zone).strftime("%Y-%m-%dT%H:%M:%S")
    refused = do(client, appeal, "words", words="Дом 40", at="вчера", link="")
    assert refused.status_code == 422
    assert "Дом 40</textarea>" in refused.text
    assert do(client, appeal, "words", words="Дом 40", at=now, link="nonsense").status_code == 422
    assert do(client, appeal, "words", words="Дом 40", at=now).status_code == 303
    assert anew(appeal).status is Status.IN_PROGRESS
    page = client.get(f"/appeals/{appeal.number}").text
    assert "после нашего ответа" in page
    assert "Дом 40" in page
    assert "Ответ на новое сообщение" in page


def test_closing_asks_what_came_of_it_and_opening_again_keeps_the_verdict(
    enter: Enter, session: Session, appeal: Appeal, settings: Settings
) -> None:
    client = enter("anna")
    assert "/ending" not in client.get(f"/appeals/{appeal.number}").text
    do(client, appeal, "publication", link=LINK, at=a_minute_ago(settings), purpose="final")
    refused = do(client, appeal, "ending", reason="проверено")
    assert refused.status_code == 422
    assert "Укажите, чем закончилось дело." in refused.text
    assert "проверено</textarea>" in refused.text
    assert do(client, appeal, "ending", outcome="solved").status_code == 303
    assert "решено" in client.get(f"/appeals/{appeal.number}").text
    assert do(client, appeal, "reopening", reason="").status_code == 422
    assert do(client, appeal, "reopening", reason="снова яма").status_code == 303
    assert (anew(appeal).status, appeal.cycle) == (Status.IN_PROGRESS, 2)
    assert "после открытия снова № 1" in client.get(f"/appeals/{appeal.number}").text


def test_the_window_of_not_ours_is_said_and_its_end_is_a_sentence(
    enter: Enter, session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    lying_with(session, appeal, cast.housing, cast)
    assert "«Не наше» можно сказать до" in enter("dmitry").get(f"/appeals/{appeal.number}").text
    appeal.returns = 2
    session.commit()
    page = enter("dmitry").get(f"/appeals/{appeal.number}").text
    assert "Обращение возвращали уже дважды" in page
    assert f'action="/appeals/{appeal.number}/return"' not in page


@pytest.mark.parametrize("noun", ["ending", "reopening", "words"])
def test_who_is_not_of_the_press_or_is_a_stranger_ends_nothing(
    enter: Enter, session: Session, appeal: Appeal, cast: Cast, settings: Settings, noun: str
) -> None:
    lying_with(session, appeal, cast.housing, cast)
    do(enter("anna"), appeal, "publication", link=LINK, at=a_minute_ago(settings), purpose="interim")
    fields = {"outcome": "solved", "reason": "так", "words": "Дом 40", "at": datetime.now(UTC).isoformat()}
    assert do(enter("dmitry"), appeal, noun, **fields).status_code == 409
    stranger = enter("vera")
    assert stranger.get(f"/appeals/{appeal.number}").status_code == 404
    data = {"csrf_token": token(stranger, "/queue"), **fields}
    assert stranger.post(f"/appeals/{appeal.number}/{noun}", data=data).status_code == 404
    assert anew(appeal).status is Status.INTERIM_ANSWERED


def test_the_head_of_the_card_says_what_presses_now_also_when_it_is_asked_for_changes(
    enter: Enter, session: Session, appeal: Appeal, settings: Settings
) -> None:
    client = enter("anna")
    do(client, appeal, "publication", link=LINK, at=a_minute_ago(settings), purpose="interim")
    for path in ("", "/changes?seen=0"):
        answer = client.get(f"/appeals/{appeal.number}{path}")
        assert answer.status_code == 200
        head = answer.text.partition('id="clock"')[2].partition('id="clocks"')[0]
        assert "Окончательный ответ" in head
        pressing = anew(appeal).next_due_at
        assert pressing is not None
        assert f'data-due="{int(pressing.timestamp())}"' in head
        # The deadline beside it is the same one, and not that of the first answer.
        due = head.partition("срок ")[2].partition("</time>")[0]
        assert 'datetime="' in due
        assert datetime.fromisoformat(due.partition('datetime="')[2].partition('"')[0]) == pressing
