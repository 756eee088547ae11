"""Four eyes on a card: who wrote a part of the text does not approve it, unless alone on duty and with a reason."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import anew, arrive, do, lying_with
from tests.web.conftest import Enter, opened

TEXT = "Ирина, здравствуйте! Технику направили, уберём до 18:00."

pytestmark = pytest.mark.parametrize("four_eyes", ["press", "head_then_press"])


@pytest.fixture
def app(settings: Settings, four_eyes: str) -> Iterator[Flask]:
    yield from opened(settings.model_copy(update={"four_eyes": four_eyes}))


def test_the_writer_hands_in_and_another_publishes(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, four_eyes: str
) -> None:
    appeal = arrive(session, town, settings)
    anna, zoya = enter("anna"), enter("zoya")
    page = anna.get(f"/appeals/{appeal.number}").text
    assert page.index("На согласование") < page.index("Опубликовать под свою ответственность")
    do(anna, appeal, "submission", text=TEXT, answer_version="0")
    anew(appeal)
    refused = do(anna, appeal, "approval", text=TEXT, answer_version="1")
    assert refused.status_code == 422
    assert "Часть текста писали вы" in refused.text
    assert "disabled aria-describedby" in anna.get(f"/appeals/{appeal.number}").text
    assert do(zoya, appeal, "approval", text=TEXT, answer_version="1").status_code == 303


def test_a_lone_person_gives_a_reason_that_is_written_down(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, four_eyes: str
) -> None:
    appeal = arrive(session, town, settings)
    anna = enter("anna")
    assert do(anna, appeal, "approval", text=TEXT, answer_version="0", override=" ").status_code == 422
    done = do(anna, appeal, "approval", text=TEXT, answer_version="0", override="Ночь, на смене одна")
    assert done.status_code == 303
    page = anna.get(f"/appeals/{appeal.number}").text
    assert "<b>Анна</b> публикует свой текст без согласования" in page
    assert "Ночь, на смене одна" in page


def test_the_head_agrees_first_where_the_town_asks_for_it(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings, four_eyes: str
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    do(enter("dmitry"), appeal, "submission", text=TEXT, answer_version="0")
    anew(appeal)
    boris, anna = enter("boris"), enter("anna")
    asks_head = four_eyes == "head_then_press"
    assert ("/endorsement" in boris.get(f"/appeals/{appeal.number}").text) == asks_head
    if asks_head:
        assert do(anna, appeal, "approval", text=TEXT, answer_version="1").status_code == 422
        assert do(boris, appeal, "endorsement", answer_version="1").status_code == 303
        assert "Начальник согласен" in boris.get(f"/appeals/{appeal.number}").text
    assert do(anna, appeal, "approval", text=TEXT, answer_version="1").status_code == 303
