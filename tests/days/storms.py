"""A storm as the citizens see it: who writes what in two waves, what the database must know of it, and what must stand under their words."""

from datetime import UTC, datetime, timedelta
from itertools import product

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.rules.acts import Status
from incidents.simulator import Simulator
from incidents.simulator.vk_events import Comment
from tests.cast import GROUP_ID

Sessions = sessionmaker[Session]

FIRST = "Анна Борис Вера Галина Дарья Егор Жанна Захар Ирина Кирилл Лидия Марина Никита Олег Павел Роман Софья Тимур Ульяна Фёдор"
LAST = "Бойко Гнатюк Дейнека Зуй Косых Лысенко Мороз Немых Орлик Панько Рудых Седых Ткач Франко Черных"
PEOPLE = [f"{first} {last}" for first, last in product(FIRST.split(), LAST.split())]
STREETS = [
    "Кирова",
    "Ленина",
    "Мира",
    "Гагарина",
    "Лесная",
    "Парковая",
    "Дзержинского",
    "Аллея",
    "Труда",
    "Садовая",
    "Северная",
]
#: Of the three hundred: who writes in the second wave, who writes once more, whose lamp is out, and who sells something.
LATER, TWICE, DARK, SPAM = 100, 8, 6, 4
SNOW = (
    "Двор не убран третий день, {place}. Снег выше колена, коляску не провезти",
    "{place}: сугробы на тротуаре, дети идут в школу по дороге. Снег когда уберут?",
    "Снег у подъезда никто не чистит. {place}",
    "Сколько можно! {place}, двор не убран, скорая не проехала",
)


class Storm:
    """Everybody who writes, and what he wrote."""

    def __init__(self, sim: Simulator, address: str) -> None:
        self.group = sim.vk_community(
            group_id=GROUP_ID,
            token="group-token",
            secret="vk-secret",
            confirmation="c",
            hook_url=f"{address}/hooks/vk/town",
        )
        self.post = self.group.post("Снегопад: техника вышла на улицы города")
        self.comments: list[Comment] = []

    def begin(self) -> None:
        """Two hundred at once, each of the snow before his own house."""
        for number, name in enumerate(PEOPLE[:-LATER]):
            self._of_snow(name, number)

    def go_on(self) -> None:
        """The others; some write a second time, under another post; the last have other troubles, or none."""
        first, end = len(PEOPLE) - LATER, len(PEOPLE) - DARK - SPAM
        for number in range(first, end):
            self._of_snow(PEOPLE[number], number)
        buses = self.group.post("Автобусы ходят с задержкой")
        for name in PEOPLE[:TWICE]:
            self.comments.append(self.group.comment(buses, name, "И у остановки снег по пояс, сугробы"))
        for name in PEOPLE[end:-SPAM]:
            self.comments.append(self.group.comment(self.post, name, "Темно у подъезда, не горит фонарь"))
        for name in PEOPLE[-SPAM:]:
            self.comments.append(self.group.comment(self.post, name, "Заработок на дому, пишите в личку"))

    def _of_snow(self, name: str, number: int) -> None:
        place = f"{STREETS[number % len(STREETS)]}, {number // len(STREETS) + 1}"
        words = SNOW[number % len(SNOW)].format(place=place)
        self.comments.append(self.group.comment(self.post, name, words))

    def is_whole(self, sessions: Sessions, answered: int) -> None:
        """Every comment is one appeal; every published answer stands once under its comment, and no other one anywhere."""
        with sessions() as session:
            appeals = {appeal.object_key: appeal for appeal in session.scalars(select(Appeal))}
            texts = {answer.appeal_number: answer.text for answer in session.scalars(select(Answer))}
            states = set(session.scalars(select(Answer.state)))
            left = session.scalar(select(func.count()).where(InboxEvent.state != InboxState.PROCESSED))
        assert (len(appeals), states, left) == (len(self.comments), {AnswerState.PUBLISHED}, 0)
        for comment in self.comments:
            appeal = appeals[f"vk:wall-{GROUP_ID}:r{comment.id}"]
            standing = [answer.text for answer in self.group.answers_under(comment)]
            assert standing == ([texts[appeal.number]] if appeal.number in texts else [])
            assert (appeal.status is Status.ANSWERED) == bool(standing)
        assert len(texts) == answered
        ends = [appeal.status for appeal in appeals.values()]
        assert (ends.count(Status.REJECTED), ends.count(Status.ASSIGNED)) == (SPAM, DARK)


def known(sessions: Sessions) -> int:
    """How many appeals there are; the question takes no lock."""
    with sessions() as session:
        session.connection(execution_options={"readonly": True})
        return session.scalar(select(func.count()).select_from(Appeal)) or 0


def under_way(sessions: Sessions) -> int:
    """How many answers still have their way before them."""
    states = (AnswerState.APPROVED, AnswerState.SENDING, AnswerState.RETRY, AnswerState.UNKNOWN)
    with sessions() as session:
        session.connection(execution_options={"readonly": True})
        return session.scalar(select(func.count()).where(Answer.state.in_(states))) or 0


def let_the_claims_pass(sessions: Sessions) -> None:
    """What the dead worker held is free when his time has run out; waiting for it would prove nothing more."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    with sessions() as session:
        session.execute(update(Answer).where(Answer.state == AnswerState.SENDING).values(next_at=past))
        session.execute(update(Source).values(sender_until=past))
        session.execute(update(InboxEvent).where(InboxEvent.state == InboxState.PENDING).values(next_at=past))
        session.commit()
