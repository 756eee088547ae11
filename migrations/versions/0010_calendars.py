"""Calendars as versions: week and single days together, the town's and those of departments.

Write what both databases understand; never import the models: they change, this file must not.
"""

import hashlib
import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_VERSIONS = sa.table(
    "calendar_versions",
    sa.column("id", sa.Integer()),
    sa.column("department_id", sa.Integer()),
    sa.column("valid_from", sa.Date()),
    sa.column("effective_at", sa.DateTime(timezone=True)),
    sa.column("follows_town", sa.Boolean()),
    sa.column("week", _JSON),
    sa.column("days", _JSON),
    sa.column("digest", sa.String()),
    sa.column("note", sa.String()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
_WEEKS = sa.table(
    "working_weeks",
    sa.column("id", sa.Integer()),
    sa.column("valid_from", sa.Date()),
    sa.column("week", _JSON),
    sa.column("note", sa.String()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
_SPECIAL = sa.table(
    "special_days", sa.column("on", sa.Date()), sa.column("intervals", _JSON), sa.column("note", sa.String())
)


def upgrade() -> None:
    op.create_table(
        "calendar_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follows_town", sa.Boolean(), nullable=False),
        sa.Column("week", _JSON, nullable=False),
        sa.Column("days", _JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_calendar_versions_department_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
    )
    database = op.get_bind()
    special = database.execute(sa.select(_SPECIAL).order_by(_SPECIAL.c.on)).all()
    days = {row.on.isoformat(): _day(row.intervals, row.note) for row in special}
    for week in database.execute(sa.select(_WEEKS).order_by(_WEEKS.c.valid_from)).all():
        content = json.dumps({"days": days, "week": week.week}, sort_keys=True, ensure_ascii=False)
        database.execute(
            sa.insert(_VERSIONS).values(
                valid_from=week.valid_from,
                follows_town=False,
                week=week.week,
                days=days,
                digest=hashlib.sha256(content.encode()).hexdigest(),
                note=week.note,
                created_at=week.created_at,
            )
        )
    op.drop_table("working_weeks")
    op.drop_table("special_days")


def downgrade() -> None:
    op.create_table(
        "special_days",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("intervals", _JSON, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_special_days")),
    )
    op.create_table(
        "working_weeks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("week", _JSON, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_weeks")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_working_weeks_valid_from")),
    )
    database = op.get_bind()
    # One week a date was all there could be: the last one entered for it. The single days are those of the newest.
    towns = sa.select(_VERSIONS).where(_VERSIONS.c.department_id.is_(None))
    rows = database.execute(towns.order_by(_VERSIONS.c.valid_from, _VERSIONS.c.id)).all()
    for row in {row.valid_from: row for row in rows}.values():
        values = {"valid_from": row.valid_from, "week": row.week, "note": row.note, "created_at": row.created_at}
        database.execute(sa.insert(_WEEKS).values(values))
    for written, day in (rows[-1].days if rows else {}).items():
        on = date.fromisoformat(written)
        intervals = _intervals(on, day, rows[-1].week)
        database.execute(sa.insert(_SPECIAL).values(on=on, intervals=intervals, note=day.get("name", "")))
    op.drop_table("calendar_versions")


def _day(intervals: list[Any], note: str) -> dict[str, Any]:
    day: dict[str, Any] = {"kind": "hours" if intervals else "holiday"}
    if note:
        day["name"] = note
    if intervals:
        day["intervals"] = intervals
    return day


def _intervals(on: date, day: dict[str, Any], week: list[Any]) -> list[Any]:
    if day["kind"] in ("holiday", "moved_off", "regional"):
        return []
    if day["kind"] == "hours":
        return list(day["intervals"])
    kept = [list(pair) for pair in week[on.weekday() if day["kind"] == "shortened" else day.get("like", 0)]]
    minutes = day.get("shorter_by", 0)
    while kept and minutes > 0:
        opens, closes = kept.pop()
        if closes - opens > minutes:
            kept.append([opens, closes - minutes])
        minutes -= closes - opens
    return kept
