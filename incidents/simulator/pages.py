"""The networks as a person sees them: walls, dialogs and channels with the official answers under the citizens' words.

Addresses are shaped like the networks' own, so that a permalink of the product, with its host exchanged for the simulator's, opens the right place:
/vk/wall-1_2?reply=3 · /vk/gim1?sel=2 · /telegram/c/123/4?thread=3. Forms on the pages lead to writing.py and control.py.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from incidents.simulator import vk_events
from incidents.simulator.channels import Bot, Channel
from incidents.simulator.communities import Community
from incidents.simulator.telegram_events import Message
from incidents.simulator.vk_events import Comment, Post
from incidents.simulator.world import World

SHOWN = 30

#: The faults which the first page offers as buttons: words, network, method, kind, times.
BUTTONS = (
    ("ВКонтакте: «слишком много запросов», 3 раза", "vk", "*", "too_many", 3),
    ("ВКонтакте: комментарии закрыты", "vk", "wall.createComment", "refuse", 1),
    ("ВКонтакте: сообщения запрещены", "vk", "messages.send", "refuse", 1),
    ("ВКонтакте: принял и замолчал", "vk", "*", "silence", 1),
    ("ВКонтакте: ошибка 503, 3 раза", "vk", "*", "http", 3),
    ("Telegram: 429, 3 раза", "telegram", "sendMessage", "too_many", 3),
    ("Telegram: бот заблокирован", "telegram", "sendMessage", "refuse", 1),
    ("Telegram: принял и замолчал", "telegram", "sendMessage", "silence", 1),
    ("Обрыв соединения", "*", "*", "drop", 1),
    ("События по два раза, 5 раз", "*", "delivery", "twice", 5),
    ("События тремя разом, 5 раз", "*", "delivery", "parallel", 5),
    ("5 событий в обратном порядке", "*", "delivery", "reversed", 5),
)


@dataclass(frozen=True)
class Line:
    """One thing somebody wrote, ready to be shown; `level` 1 stands under another one."""

    id: int
    author: str
    text: str
    date: int
    is_ours: bool
    level: int = 0
    answers: str = ""
    is_deleted: bool = False
    pictures: tuple[str, ...] = ()


def pages(world: World) -> Blueprint:
    """The blueprint of the pages."""
    doors = Blueprint("pages", __name__)
    doors.register_error_handler(LookupError, lambda error: (render_template("simulator/absent.html"), 404))
    doors.add_app_template_filter(lambda seconds: _moment(seconds, world.zone), "moment")
    _first(doors, world)
    _vk(doors, world)
    _telegram(doors, world)
    return doors


def _moment(seconds: int, zone: str) -> str:
    return datetime.fromtimestamp(seconds, ZoneInfo(zone)).strftime("%d.%m.%Y %H:%M")


def _first(doors: Blueprint, world: World) -> None:
    @doors.get("/")
    def first() -> str:
        given_up = len(world.courier.given_up)
        return render_template("simulator/first.html", world=world, buttons=BUTTONS, given_up=given_up)

    @doors.post("/faults/<int:place>")
    def order(place: int) -> BaseResponse:
        """A button of the first page was pressed."""
        if place >= len(BUTTONS):
            abort(404)
        _, network, method, kind, times = BUTTONS[place]
        if method == "delivery":
            world.faults.delivery(network, kind, times=times)
        else:
            world.faults.order(network, method, kind, times=times, seconds=20.0)
        return redirect("/", 303)

    @doors.post("/faults/none")
    def forget() -> BaseResponse:
        """The button that ends all faults and sends the given-up events once more."""
        world.faults.clear()
        world.courier.release()
        world.courier.send_again()
        return redirect("/", 303)


def _vk(doors: Blueprint, world: World) -> None:
    @doors.get("/vk/club<int:group_id>")
    def club(group_id: int) -> str:
        group = world.community(group_id)
        posts = list(reversed(group.posts.values()))[:SHOWN]
        return render_template(
            "simulator/wall.html", group=group, threads=[(p, _under(group, p)) for p in posts], meant=0
        )

    @doors.get("/vk/wall-<int:group_id>_<int:number>")
    def wall(group_id: int, number: int) -> str:
        group = world.community(group_id)
        post = group.posts[number]
        meant = request.args.get("reply", 0, type=int)
        return render_template("simulator/wall.html", group=group, threads=[(post, _under(group, post))], meant=meant)

    @doors.get("/vk/gim<int:group_id>")
    def dialog(group_id: int) -> str:
        group = world.community(group_id)
        peer = request.args.get("sel", 0, type=int) or next(iter(group.dialogs), 0)
        people = [group.writer(each) for each in group.dialogs]
        lines = [_in_dialog(group, each) for each in group.dialogs.get(peer, [])]
        where = {"post": f"/write/vk/{group_id}/message", "sel": f"/vk/gim{group_id}?sel=", "title": group.profile.name}
        return render_template(
            "simulator/dialog.html", people=people, peer=group.writer(peer), lines=lines, where=where
        )


def _in_dialog(group: Community, message: vk_events.Message) -> Line:
    shown = tuple(shot.url for shot in message.pictures)
    author, is_ours = group.writer(message.from_id).name, bool(message.out)
    return Line(message.id, author, message.text, message.date, is_ours, pictures=shown)


def _under(group: Community, post: Post) -> list[Line]:
    """A post's comments in reading order: each branch after its first comment."""
    comments = sorted((c for c in group.comments.values() if c.post_id == post.id), key=_branch)
    return [_comment(group, comment) for comment in comments]


def _branch(comment: Comment) -> tuple[int, int]:
    return (comment.parents_stack or [comment.id])[0], comment.id


def _comment(group: Community, comment: Comment) -> Line:
    author = group.writer(comment.from_id).name
    answered = group.writer(comment.reply_to_user).name if comment.reply_to_user else ""
    level, is_ours = int(bool(comment.parents_stack)), comment.from_id < 0
    shown = tuple(shot.url for shot in comment.pictures)
    return Line(comment.id, author, comment.text, comment.date, is_ours, level, answered, comment.is_deleted, shown)


def _telegram(doors: Blueprint, world: World) -> None:
    @doors.get("/telegram/c/<number>")
    @doors.get("/telegram/c/<number>/<int:message>")
    def private_link(number: str, message: int = 0) -> str:
        channel = world.channel(number)
        if message and number == str(channel.group.id).removeprefix("-100"):
            meant = channel.group.messages[message]
            root = channel.group.messages[meant.thread or meant.id]
            return _channel_page(channel, root.origin.id if root.origin else 0, message)
        return _channel_page(channel, message, 0)

    @doors.get("/telegram/<name>")
    @doors.get("/telegram/<name>/<int:post>")
    def public_link(name: str, post: int = 0) -> str:
        return _channel_page(world.channel(name), post, request.args.get("comment", 0, type=int))

    @doors.get("/telegram/dialog/<int:bot_id>")
    def chat(bot_id: int) -> str:
        bot = world.bot(bot_id)
        private = {each.id: each.person for each in bot.chats.values() if each.person is not None}
        peer = request.args.get("sel", 0, type=int) or next(iter(private), 0)
        lines = [_message(bot, each) for each in bot.chats[peer].messages.values()] if peer in private else []
        where = {
            "post": f"/write/telegram/{bot_id}/message",
            "sel": f"/telegram/dialog/{bot_id}?sel=",
            "title": bot.name,
        }
        people = list(private.values())
        return render_template("simulator/dialog.html", people=people, peer=private.get(peer), lines=lines, where=where)


def _channel_page(channel: Channel, only: int, meant: int) -> str:
    """The channel with its newest posts, or one post alone, and the comments under each."""
    posts = [channel.chat.messages[only]] if only else list(reversed(channel.chat.messages.values()))[:SHOWN]
    threads = []
    for post in posts:
        root = channel.copies[post.id]
        comments = [m for m in channel.group.messages.values() if m.thread == root.id]
        threads.append((post, root, [_message(channel.bot, m, root) for m in comments]))
    return render_template("simulator/channel.html", channel=channel, threads=threads, meant=meant)


def _message(bot: Bot, message: Message, root: Message | None = None) -> Line:
    author = _name(message)
    is_nested = message.reply_to is not None and message.reply_to is not root
    answered = _name(message.reply_to) if is_nested and message.reply_to is not None else ""
    is_ours = message.is_ours or message.sender_chat is not None
    shown = (message.picture.url,) if message.picture else ()
    return Line(message.id, author, message.text, message.date, is_ours, int(is_nested), answered, pictures=shown)


def _name(message: Message) -> str:
    if message.sender_chat is not None:
        return message.sender_chat.title
    author = message.author or {}
    return f"{author.get('first_name', '')} {author.get('last_name', '')}".strip()
