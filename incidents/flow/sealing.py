"""The daily seal over all streams, and the check of the whole journal. It detects tampering; it does not prevent it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from incidents.records.journal import Entry, EntryText, Seal, SealedHead, Stream
from incidents.rules.chain import NOTHING, Fields, entry_hash, seal_digest, text_digest

_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How the journal stands, told without reading it: what costs the same at any length."""

    #: The highest number of an entry. Numbers only go up; on PostgreSQL some are left out.
    last_entry: int
    #: When the last seal was set; None before the first.
    sealed_at: datetime | None
    #: Entries since then.
    since: int


def seal(session: Session, *, now: datetime) -> int:
    """Seal the heads of all streams that moved since the last seal; how many. Nothing moved: no seal, 0."""
    # In the order in which entries are appended: a sweep over many streams and the seal never wait for each other in a circle.
    unsealed = select(Stream).where(Stream.head_seq != Stream.sealed_seq).order_by(Stream.name)
    moved = session.scalars(unsealed.with_for_update()).all()
    if not moved:
        return 0
    last = session.scalar(select(Seal).order_by(Seal.id.desc()).limit(1))
    previous = last.digest if last else NOTHING
    heads = [(stream.name, stream.head_seq, stream.head_hash) for stream in moved]
    row = Seal(sealed_at=now, heads=len(heads), previous_digest=previous, digest=seal_digest(previous, heads))
    session.add(row)
    session.flush()
    session.execute(
        insert(SealedHead), [{"seal_id": row.id, "stream": s, "seq": seq, "hash": h} for s, seq, h in heads]
    )
    for stream in moved:
        stream.sealed_seq = stream.head_seq
    session.flush()
    return len(heads)


def standing(session: Session) -> Standing:
    """The last entry, the last seal, and how much came after it.

    Two questions: of a moment that it does not know yet PostgreSQL expects a tenth of the journal, and starts helpers for it.
    """
    sealed_at = select(Seal.sealed_at).order_by(Seal.id.desc()).limit(1).scalar_subquery()
    number, moment = session.execute(select(select(func.max(Entry.id)).scalar_subquery(), sealed_at)).one()
    if moment is None:
        return Standing(number or 0, None, 0)
    newer = select(func.count()).select_from(Entry).where(Entry.noticed_at > moment)
    return Standing(number or 0, moment, session.scalar(newer) or 0)


def is_sealed_on(session: Session, day: date, zone: ZoneInfo) -> bool:
    """Was a seal set on this local date?"""
    last = session.scalar(select(Seal.sealed_at).order_by(Seal.id.desc()).limit(1))
    return last is not None and last.astimezone(zone).date() >= day


def verify(session: Session, progress: Callable[[int], None] = lambda done: None) -> Iterator[str]:
    """Read the whole journal and yield a sentence for every fault; nothing when chains, texts and seals hold.

    `progress` hears the number of entries read so far.
    """
    heads: dict[str, tuple[int, str]] = {}
    query = select(Entry, EntryText).outerjoin(EntryText).order_by(Entry.stream, Entry.seq)
    for done, (entry, side) in enumerate(session.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)), start=1):
        yield from _entry_faults(entry, side, heads.get(entry.stream, (0, NOTHING)))
        heads[entry.stream] = (entry.seq, entry.hash)
        session.expunge(entry)
        if done % _ROWS_AT_ONCE == 0:
            progress(done)
    yield from _head_faults(session, heads)
    yield from _seal_faults(session)


def faults_of(session: Session, stream: str) -> Iterator[str]:
    """The faults of one chain; nothing when it holds from its first entry to its head."""
    before = (0, NOTHING)
    query = select(Entry, EntryText).outerjoin(EntryText).where(Entry.stream == stream).order_by(Entry.seq)
    for entry, side in session.execute(query):
        yield from _entry_faults(entry, side, before)
        before = (entry.seq, entry.hash)
    head = session.get(Stream, stream)
    if head is None or (head.head_seq, head.head_hash) != before:
        yield f"{stream}: the tail is cut, its head says {head.head_seq if head else 0} entries"


def _entry_faults(entry: Entry, side: EntryText | None, before: tuple[int, str]) -> Iterator[str]:
    where = f"{entry.stream} entry {entry.seq}"
    seq, previous = before
    if entry.seq != seq + 1:
        yield f"{where}: entries {seq + 1} to {entry.seq - 1} are missing"
    elif entry.previous_hash != previous:
        yield f"{where}: does not follow the entry before it"
    fields = Fields(
        entry.stream,
        entry.seq,
        entry.act,
        entry.by,
        entry.happened_at,
        entry.noticed_at,
        entry.data,
        entry.text_digest,
    )
    if entry_hash(fields, entry.previous_hash) != entry.hash:
        yield f"{where}: was changed after it was written"
    if entry.text_digest and side is None:
        yield f"{where}: its text was removed"
    elif side is not None and side.text is not None and text_digest(side.salt or b"", side.text) != entry.text_digest:
        yield f"{where}: its text was changed"


def _head_faults(session: Session, heads: dict[str, tuple[int, str]]) -> Iterator[str]:
    known = {}
    for stream in session.scalars(select(Stream)):
        known[stream.name] = stream
        if heads.get(stream.name, (0, NOTHING)) != (stream.head_seq, stream.head_hash):
            yield f"{stream.name}: the tail is cut, its head says {stream.head_seq} entries"
    for name in heads.keys() - known.keys():
        yield f"{name}: has entries but no head"


def _seal_faults(session: Session) -> Iterator[str]:
    previous = NOTHING
    for row in session.scalars(select(Seal).order_by(Seal.id)):
        heads = [
            (head.stream, head.seq, head.hash)
            for head in session.scalars(select(SealedHead).where(SealedHead.seal_id == row.id))
        ]
        if row.previous_digest != previous or seal_digest(previous, heads) != row.digest or len(heads) != row.heads:
            yield f"seal {row.id} of {row.sealed_at:%Y-%m-%d}: was changed after it was set"
        previous = row.digest
    lost = select(SealedHead.stream, SealedHead.seq, SealedHead.seal_id).where(
        ~select(Entry.id)
        .where(Entry.stream == SealedHead.stream, Entry.seq == SealedHead.seq, Entry.hash == SealedHead.hash)
        .exists()
    )
    for stream, seq, seal_id in session.execute(lost):
        yield f"{stream}: entry {seq}, covered by seal {seal_id}, is gone or another one stands there"
