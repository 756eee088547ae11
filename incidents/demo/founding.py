"""The making of the town before its first start: schema, departments, people, sources, history; with progress shown."""

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from incidents import jobs
from incidents.demo import arrivals, history, replies, townsfolk
from incidents.demo.folder import Folder, Secrets
from incidents.flow import connecting, founding
from incidents.records import schema
from incidents.records.database import make_sessions, open_engine
from incidents.rules.places import Network
from incidents.settings import Settings

GROUP_ID = 210000001
BOT_ID = 7000000001
BOT_NAME = "komsomolsk_appeals_bot"
#: The day before the town's first appeal could come.
OPENED_AT = datetime(2018, 7, 30, tzinfo=UTC)
_BAR = 28


def make(
    folder: Folder, settings: Settings, *, years: Mapping[int, int] = arrivals.YEARS, a_day: int = arrivals.A_DAY
) -> int:
    """Make the town in a database of its own name and put it in its place when it is whole; how many appeals it has."""
    folder.forget_unfinished()
    engine = open_engine(f"sqlite:///{folder.unfinished}")
    schema.upgrade(engine)
    sessions = make_sessions(engine, settings.town)
    secrets = folder.secrets()
    with sessions() as session:
        founding.found(session, now=OPENED_AT)
        townsfolk.settle(session, secrets.passwords, now=OPENED_AT)
        replies.write(session, now=OPENED_AT)
        _connect(session, settings.key, secrets)
        session.commit()
    total = history.make(sessions, settings, now=datetime.now(UTC), years=years, a_day=a_day, progress=Bar())
    engine.dispose()
    folder.finish()
    return total


def upgrade(settings: Settings) -> None:
    """A town of an earlier version of the program is brought up to this one."""
    engine = open_engine(settings.database_url)
    if not schema.is_current(engine):
        schema.upgrade(engine)
        jobs.settle(make_sessions(engine, settings.town))
        jobs.index_words(make_sessions(engine, settings.town))
    engine.dispose()


class Bar:
    """The progress on one line of a terminal; a line a tenth where there is none."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = -1

    def __call__(self, done: int, of: int) -> None:
        percent = done * 100 // of
        is_terminal = sys.stdout.isatty()
        step = percent if is_terminal else percent // 10
        if step == self._shown:
            return
        self._shown = step
        seconds = time.monotonic() - self._started
        line = f"  История города {'█' * (percent * _BAR // 100):·<{_BAR}} {percent:3} %  {done:,} обращений, {seconds:.0f} с"
        end = "\r" if is_terminal and done < of else "\n"
        print(line.replace(",", " ", 1), end=end, flush=True)


def _connect(session: Session, key: str, secrets: Secrets) -> None:
    connecting.add_source(
        session,
        Network.VK,
        "Комсомольск-на-Амуре. Официально",
        GROUP_ID,
        townsfolk.FOUNDER,
        key,
        now=OPENED_AT,
        secret=secrets.vk_secret,
        token=secrets.vk_token,
        confirmation=secrets.vk_confirmation,
        key=secrets.vk_key,
    )
    connecting.add_source(
        session,
        Network.TELEGRAM,
        "Комсомольск в Telegram",
        BOT_ID,
        townsfolk.FOUNDER,
        key,
        now=OPENED_AT,
        secret=secrets.telegram_secret,
        token=secrets.telegram_token,
        account=BOT_NAME,
        key=secrets.telegram_key,
    )
