"""The arithmetic of the journal: what an entry's hash covers, and how seals hang together. SHA-256, hex."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: The hash before the first entry of a stream, and before the first seal.
NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Fields:
    """All that an entry says; its hash covers every field and the hash before it."""

    stream: str
    seq: int
    act: str
    by: str
    happened_at: datetime
    noticed_at: datetime
    data: Mapping[str, Any]
    text_digest: str | None


def entry_hash(fields: Fields, previous: str) -> str:
    """The hash of one entry after `previous`. Canonical JSON: sorted keys, no spaces, UTF-8, times in UTC microseconds."""
    body = {
        "stream": fields.stream,
        "seq": fields.seq,
        "act": fields.act,
        "by": fields.by,
        "happened_at": _written(fields.happened_at),
        "noticed_at": _written(fields.noticed_at),
        "data": fields.data,
        "text": fields.text_digest,
        "previous": previous,
    }
    line = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


def text_digest(salt: bytes, text: str) -> str:
    """What the chain keeps of a free text: once salt and text are erased, nobody can guess the text back."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def seal_digest(previous: str, heads: Iterable[tuple[str, int, str]]) -> str:
    """The digest of a seal over (stream, seq, hash) of every stream that moved, in order of their names."""
    lines = [previous, *(f"{stream} {seq} {digest}" for stream, seq, digest in sorted(heads))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
