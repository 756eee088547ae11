"""The words that people wrote about an appeal, taken away in every place that keeps them; what happened stays known.

One place for all copies: the journal's side texts, what departments were asked for and gave, their photos, the search.
The citizen's own words, and what was published, are not touched here.
The chain of the journal stays valid and shows that something was erased.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from incidents.flow import gate, searching
from incidents.records.journal import Entry, EntryText
from incidents.records.parts import Part, Photo


def erase(session: Session, number: int) -> None:
    """Erase what colleagues wrote and photographed about one appeal, in the caller's transaction. Done twice, it is the same."""
    entries = select(Entry.id).where(Entry.stream == gate.stream(number))
    quietly = {"synchronize_session": False}
    session.flush()
    session.execute(
        update(EntryText).where(EntryText.entry_id.in_(entries)).values(text=None, salt=None), execution_options=quietly
    )
    session.execute(update(Part).where(Part.appeal_number == number).values(ask="", text=""), execution_options=quietly)
    session.execute(delete(Photo).where(Photo.appeal_number == number), execution_options=quietly)
    session.expire_all()
    # Out of the vocabulary too; what the citizen wrote is found as before.
    searching.erase(session, number)
    searching.refresh(session, [number])
