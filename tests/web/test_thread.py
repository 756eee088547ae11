"""The thread on a card: what others wrote in the same branch and what we answered, for who may see it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from incidents.flow import recording
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.rules.acts import Purpose
from incidents.settings import Settings
from tests.cast import GROUP_ID, Cast, Town
from tests.web.cards import arrive, lying_with
from tests.web.conftest import Enter


@pytest.fixture
def thread(session: Session, cast: Cast, town: Town, settings: Settings) -> list[Appeal]:
    """Irina's comment lies with housing; under it Oleg's with roads, answered; Pyotr wrote elsewhere."""
    first = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    under = {"object_key": f"vk:wall-{GROUP_ID}:r8", "author_id": "8", "author_name": "Олег Т.", "permalink": None}
    second = lying_with(session, arrive(session, town, settings, **under, text="И у нас темно"), cast.roads, cast)
    link, now = f"https://vk.com/wall-{GROUP_ID}_1?reply=9", datetime.now(UTC)
    final = Intent(Purpose.FINAL)
    recording.record(session, second, cast.anna, now=now, link=link, at=now, intent=final, text="Починим сегодня.")
    elsewhere = {"object_key": "vk:wall-2:r1", "author_id": "9", "branch": "other", "permalink": None}
    arrive(session, town, settings, **elsewhere, author_name="Пётр П.", text="Совсем другое")
    session.commit()
    return [first, second]


def test_the_card_shows_the_others_of_the_branch_and_what_we_answered(enter: Enter, thread: list[Appeal]) -> None:
    page = enter("anna").get(f"/appeals/{thread[0].number}").text
    shown = page[page.index('id="thread"') :]
    shown = shown[: shown.index("</div>\n", shown.index("Мы ответили"))]
    assert "Олег Т." in shown
    assert "И у нас темно" in shown
    assert "Починим сегодня." in shown
    assert f'href="/appeals/{thread[1].number}"' in shown
    assert "Совсем другое" not in shown


def test_nobody_reads_there_what_lies_with_another_department(enter: Enter, thread: list[Appeal]) -> None:
    dmitry, vera = (
        enter("dmitry").get(f"/appeals/{thread[0].number}"),
        enter("vera").get(f"/appeals/{thread[1].number}"),
    )
    assert (dmitry.status_code, vera.status_code) == (200, 200)
    for page in (dmitry.text, vera.text):
        assert 'id="thread"' not in page


def test_an_appeal_that_came_by_hand_has_no_thread(
    enter: Enter, session: Session, town: Town, settings: Settings
) -> None:
    by_hand: dict[str, Any] = {"source_id": None, "permalink": None, "reply_to": {}, "branch": None}
    for key in ("a", "b"):
        number = arrive(session, town, settings, **by_hand, object_key=key, author_id=key).number
    assert 'id="thread"' not in enter("anna").get(f"/appeals/{number}").text
