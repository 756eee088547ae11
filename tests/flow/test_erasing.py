"""Words are erased in one place, wherever they were kept; what happened stays in the journal, and its chain holds."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import attaching, cleaning, erasing, gate, involving, noting, sealing
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry, EntryText
from incidents.records.parts import Photo, PhotoKind
from incidents.statistics.search import Asked, find
from tests.cast import NOW, Cast
from tests.flow.test_attaching import photo
from tests.flow.test_parts import LATER, theirs

__all__ = ["theirs"]  # the same appeal


def test_erasing_takes_the_words_of_parts_with_those_of_the_journal_and_leaves_what_happened(
    session: Session, cast: Cast, theirs: Appeal
) -> None:
    involving.involve(session, theirs, cast.roads, cast.boris, now=NOW, ask="Чья яма у Пелагеи?")
    involving.contribute(session, theirs, cast.vera, "Наша, Пелагее ответили", now=LATER)
    noting.note(session, theirs, cast.boris, "Пелагея звонила", now=LATER)
    attaching.attach(session, theirs, cast.boris, cleaning.clean(photo()), PhotoKind.AFTER, now=LATER)
    entries = len(list(session.scalars(select(Entry))))
    erasing.erase(session, theirs.number)
    assert [(each.ask, each.text, each.given_by) for each in involving.parts_of(session, theirs.number)] == [
        ("", "", cast.vera.id)
    ]
    texts = session.scalars(select(EntryText.text).join(Entry).where(Entry.stream == gate.stream(theirs.number)))
    assert set(texts) == {None}
    assert not session.scalars(select(Photo.id)).all()
    assert not find(session, Asked("пелагея"), []).numbers
    assert list(find(session, Asked("сугробы"), []).numbers) == [theirs.number]
    assert list(sealing.faults_of(session, gate.stream(theirs.number))) == []
    assert len(list(session.scalars(select(Entry)))) == entries
