"""What citizens attach to their words, where it is a picture: asked of the network once, made anew, and kept here.

A clerk's browser loads no stranger's address, and a picture outlives the post it stood in.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from incidents.records.appeals import Message
from incidents.records.database import Base, big_identity


class Picture(Base):
    """One picture of one message. It waits while `ask_at` says when to ask next, is kept once it has a digest, and is else
    given up for the reason in `code`: then the link leads to it where the citizen put it.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        UniqueConstraint("message_id", "place"),
        Index(
            "ix_pictures_waiting",
            "ask_at",
            sqlite_where=text("ask_at IS NOT NULL"),
            postgresql_where=text("ask_at IS NOT NULL"),
        ),
    )

    id: Mapped[big_identity]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="RESTRICT"))
    message: Mapped[Message] = relationship()
    #: Which of the message's attachments it is, from 0.
    place: Mapped[int]
    ask_at: Mapped[datetime | None]
    #: Times it was asked for.
    asked: Mapped[int] = mapped_column(default=0)
    code: Mapped[str | None] = mapped_column(String(60))
    #: SHA-256 of the stored picture, in hex.
    digest: Mapped[str | None] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    #: JPEG, 1600 px at most, and a small one; read only where they are sent.
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    thumbnail: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
