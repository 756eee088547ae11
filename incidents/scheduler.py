"""The clock face: what a worker does and how often, in one list; the lease; the heartbeats.

Any number of workers may run. Each drains inbox and outbox by claims; the one that holds the lease also runs the sweeps
and the schedule. Jobs live in memory only: what is to be done follows from the database, so nothing is lost with a worker.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from incidents import jobs, lookups, post, upkeep
from incidents.flow import leading
from incidents.networks.wire import open_client
from incidents.records.database import make_sessions, open_engine
from incidents.settings import Settings

log = structlog.get_logger("incidents.worker")

#: Seconds between the heartbeats of one job: a beat is a write, and jobs run more often than anybody must know.
BEAT_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the schedule: what, and every how many seconds. `leader`: only the worker that holds the lease runs it."""

    name: str
    run: Callable[[jobs.Workshop], object]
    every: float
    leader: bool = False


SCHEDULE = (
    Job("inbox", jobs.drain_inbox, every=0.5),
    Job("outbox", jobs.drain_outbox, every=0.5),
    Job("sweep", jobs.sweep, every=0.5, leader=True),
    Job("letters", post.gather, every=2.0, leader=True),
    Job("pictures", lookups.fetch_pictures, every=1.0),
    Job("mail", post.drain_mail, every=2.0),
    Job("bot", post.drain_bot, every=2.0),
    Job("links", post.listen, every=3.0, leader=True),
    Job("names", lookups.name_authors, every=5.0, leader=True),
    Job("promises", jobs.mind_promises, every=10.0, leader=True),
    Job("quiet", jobs.close_quiet, every=60.0, leader=True),
    Job("words", jobs.gather_words, every=30.0, leader=True),
    Job("control", jobs.tell_done, every=5.0, leader=True),
    Job("needs", jobs.count_needs, every=300.0, leader=True),
    Job("months", jobs.keep_months, every=60.0, leader=True),
    # Asked often and done once a day: a worker that was down at midnight seals when it is back.
    Job("seal", jobs.seal, every=60.0, leader=True),
    Job("backup", upkeep.make_backup, every=2.0, leader=True),
    Job("size", upkeep.measure, every=120.0, leader=True),
    Job("certificate", upkeep.look_at_certificate, every=120.0, leader=True),
    Job("forget", post.forget, every=60.0, leader=True),
)


@dataclass(slots=True)
class Worker:
    """One worker process: its name, whether it leads just now, and when each job last left a sign of life."""

    shop: jobs.Workshop
    leads_until: float = 0.0
    beaten: dict[str, float] = field(default_factory=dict)

    def renew(self) -> None:
        """Take the lease, or renew it when a third of its term is gone; leave the worker's own sign of life."""
        if self.leads_until - time.monotonic() > leading.TERM.total_seconds() * 2 / 3:
            return
        # Counted from before the question, so that we never believe in a lease longer than the database does.
        asked = time.monotonic()
        with self.shop.sessions() as session:
            epoch = leading.lead(session, self.shop.worker)
            session.commit()
        was_leading, self.leads_until = self.leads, asked + leading.TERM.total_seconds() if epoch else 0.0
        if self.leads != was_leading:
            log.info("leading" if self.leads else "following", worker=self.shop.worker)
        self.beat("worker", "leads" if self.leads else "follows")

    @property
    def leads(self) -> bool:
        """Does this worker hold the lease, by its own clock?"""
        return time.monotonic() < self.leads_until

    def run(self, job: Job) -> None:
        """Run one job if it is this worker's to run; a failure is logged and the next run tries again."""
        if job.leader and not self.leads:
            return
        try:
            done = job.run(self.shop)
        except Exception as error:
            log.exception("job failed", job=job.name)
            self.beat(job.name, f"failed: {type(error).__name__}")
        else:
            self.beat(job.name, str(done))

    def beat(self, job: str, note: str) -> None:
        """Leave a sign of life, but not more often than anybody must know."""
        now = time.monotonic()
        if now - self.beaten.get(job, -BEAT_EVERY) < BEAT_EVERY and not note.startswith("failed"):
            return
        self.beaten[job] = now
        with self.shop.sessions() as session:
            leading.beat(session, self.shop.worker, job, note)
            session.commit()


def build(worker: Worker) -> BackgroundScheduler:
    """The scheduler of one worker: the list above, and the lease, asked for every second."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(len(SCHEDULE) + 1)},
        # A late run is still the right one, several missed ones are one, and no job overtakes itself.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(worker.renew, _every(1.0), id="lease")
    for job in SCHEDULE:
        scheduler.add_job(worker.run, _every(job.every), args=[job], id=job.name)
    return scheduler


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; then finish what is under way and give the lease back."""
    # Two lines twice a second say nothing: what a job did or why it failed stands in its heartbeat and our own log.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    engine = open_engine(settings.database_url)
    name = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:6]}"
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with open_client() as client:
        worker = Worker(jobs.Workshop(settings, make_sessions(engine, settings.town), client, name))
        worker.renew()
        scheduler = build(worker)
        scheduler.start()
        log.info("working", worker=name)
        stop.wait()
        scheduler.pause()
        scheduler.shutdown(wait=True)
        with worker.shop.sessions() as session:
            leading.step_down(session, name)
            session.commit()
    engine.dispose()


def _every(seconds: float) -> IntervalTrigger:
    return IntervalTrigger(seconds=seconds, timezone="UTC")
