"""What machines measure: requests and hooks as they pass, queues and heartbeats read from the database when asked.

Several web processes share their counters through files (`PROMETHEUS_MULTIPROC_DIR`, set by `incidents serve`).
"""

import os
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from incidents.flow import calendars
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.database import database_now
from incidents.records.sources import IS_STOPPED, IS_WAITING, InboxEvent, InboxState
from incidents.records.workers import Heartbeat, Lease
from incidents.rules import calendar_year
from incidents.rules.acts import OPEN, WAITING

REQUESTS = Counter("incidents_requests", "Requests answered.", ["family", "method", "status"])
SECONDS = Histogram(
    "incidents_request_seconds",
    "Time to answer a request.",
    ["family"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
HOOKS = Counter("incidents_hooks", "Deliveries of networks by what became of them.", ["network", "result"])


def scrape(session: Session, now: datetime, zone: ZoneInfo) -> bytes:
    """All figures in the text format of Prometheus."""
    counted = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # the library's own constructor has no types
    else:
        counted = REGISTRY
    read = CollectorRegistry()
    read.register(_FromDatabase(session, now, zone))
    return generate_latest(counted) + generate_latest(read)


class _FromDatabase(Collector):
    """The queues and the workers, as they stand at the moment of the question."""

    def __init__(self, session: Session, now: datetime, zone: ZoneInfo) -> None:
        self.session, self.now, self.zone = session, now, zone

    def collect(self) -> Iterator[Metric]:
        yield self._by_state(
            "incidents_inbox_events",
            "Events of networks that wait or failed.",
            select(InboxEvent.state, func.count())
            .where(or_(IS_WAITING, and_(IS_STOPPED, InboxEvent.state == InboxState.FAILED)))
            .group_by(InboxEvent.state),
        )
        yield self._by_state(
            "incidents_answers",
            "Answers that are not published, by state.",
            # History has answers that were published nobody knows when.
            select(Answer.state, func.count())
            .where(Answer.published_at.is_(None), Answer.state != AnswerState.PUBLISHED)
            .group_by(Answer.state),
        )
        yield self._by_state(
            "incidents_open_appeals",
            "Open appeals by status.",
            select(Appeal.status, func.count()).where(Appeal.status.in_(OPEN)).group_by(Appeal.status),
        )
        late = select(func.count()).where(
            Appeal.status.in_(WAITING), Appeal.answered_at.is_(None), Appeal.due_at < self.now
        )
        yield GaugeMetricFamily("incidents_overdue_appeals", "Appeals overdue now.", self.session.scalar(late) or 0)
        yield from self._workers()
        yield self._calendar()

    def _by_state(self, name: str, words: str, query) -> GaugeMetricFamily:  # type: ignore[no-untyped-def]  # a Select
        gauge = GaugeMetricFamily(name, words, labels=["state"])
        for state, count in self.session.execute(query):
            gauge.add_metric([state], count)
        return gauge

    def _calendar(self) -> GaugeMetricFamily:
        words = "1 for each thing that the calendar of the next 60 days or of the coming year lacks."
        gauge = GaugeMetricFamily("incidents_calendar_gaps", words, labels=["year", "lacks"])
        for gap in calendar_year.gaps(calendars.versions(self.session, self.zone), self.zone, self.now):
            gauge.add_metric([str(gap.year), gap.lacks], 1)
        return gauge

    def _workers(self) -> Iterator[Metric]:
        moment = database_now(self.session)
        beats = GaugeMetricFamily("incidents_heartbeat_age_seconds", "Since the last sign of life.", labels=["job"])
        for job, last in self.session.execute(
            select(Heartbeat.job, func.max(Heartbeat.beat_at)).group_by(Heartbeat.job)
        ):
            beats.add_metric([job], (moment - last).total_seconds())
        yield beats
        epoch = self.session.scalar(select(func.max(Lease.epoch))) or 0
        yield GaugeMetricFamily("incidents_lease_epoch", "Changes of the leading worker.", epoch)
