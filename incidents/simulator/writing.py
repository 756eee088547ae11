"""What citizens and colleagues write from outside the process: the same doors for the forms of the pages and for JSON.

    POST /write/vk/<group_id>/<kind>          post · comment · message · edit · delete · restore · answer · reply
    POST /write/telegram/<bot_id>/<kind>      post · comment · message · edit · answer

Fields: author, text, picture (a JPEG: a file of a form, base64 in JSON), post_id, comment_id (whose comment is meant: answered, edited, deleted), chat_id (the channel's, for Telegram). `answer` is a colleague answering
a comment by hand, `reply` a colleague in a dialog. JSON gets JSON; a form is sent back to the page it came from.
"""

import base64
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from incidents.simulator.channels import Bot, Channel
from incidents.simulator.communities import Community
from incidents.simulator.control import asked
from incidents.simulator.telegram_events import Message
from incidents.simulator.world import World

Body = dict[str, object]


class Fields:
    """The fields of a form or of a JSON object, read as what is expected; a wrong one is a ValueError with its name."""

    def __init__(self, values: Mapping[str, object], file: bytes = b"") -> None:
        self._values, self._file = values, file

    def words(self, name: str) -> str:
        """A text that says something."""
        value = str(self._values.get(name) or "").strip()
        if not value:
            raise ValueError(f"{name} is empty")
        return value

    def author(self) -> str | None:
        """Who writes; None: nobody was named."""
        return str(self._values.get("author") or "").strip() or None

    def picture(self) -> bytes | None:
        """The picture that goes with the words."""
        written = str(self._values.get("picture") or "")
        try:
            return self._file or base64.b64decode(written, validate=True) or None
        except ValueError:
            raise ValueError("picture is no base64") from None

    def pictures(self) -> tuple[bytes, ...]:
        """The same, where a network takes several."""
        picture = self.picture()
        return () if picture is None else (picture,)

    def number(self, name: str) -> int:
        """A whole number, 0 when absent."""
        value = str(self._values.get(name) or 0)
        if not value.lstrip("-").isdigit():
            raise ValueError(f"{name} is no number")
        return int(value)


def writing(world: World) -> Blueprint:
    """The blueprint of /write/."""
    doors = Blueprint("writing", __name__, url_prefix="/write")
    doors.register_error_handler(ValueError, lambda error: (jsonify({"error": str(error)}), 400))
    doors.register_error_handler(LookupError, lambda error: (jsonify({"error": f"not there: {error.args[0]}"}), 404))

    @doors.post("/vk/<int:group_id>/<kind>")
    def vk(group_id: int, kind: str) -> BaseResponse:
        return _back(VK[kind](world.community(group_id), _fields()))

    @doors.post("/telegram/<int:bot_id>/<kind>")
    def telegram(bot_id: int, kind: str) -> BaseResponse:
        return _back(TELEGRAM[kind](world.bot(bot_id), _fields()))

    return doors


def _fields() -> Fields:
    if request.is_json:
        return Fields(asked())
    file = request.files.get("picture")
    return Fields(request.form.to_dict(), file.read() if file else b"")


def _back(written: Body) -> BaseResponse:
    if request.is_json:
        return jsonify(written)
    came_from = urlsplit(request.headers.get("Referer", "/"))
    return redirect(f"{came_from.path or '/'}{'?' + came_from.query if came_from.query else ''}", 303)


def _vk_post(group: Community, fields: Fields) -> Body:
    post = group.post(fields.words("text"), fields.author(), pictures=fields.pictures())
    return {"id": post.id, "path": group.path(post)}


def _vk_comment(group: Community, fields: Fields) -> Body:
    answered = group.comments[fields.number("comment_id")] if fields.number("comment_id") else None
    post = group.posts[answered.post_id if answered else fields.number("post_id")]
    comment = group.comment(post, fields.author() or "Житель", fields.words("text"), answered, fields.pictures())
    return {"id": comment.id, "path": group.path(post, comment)}


def _vk_message(group: Community, fields: Fields) -> Body:
    message = group.message(fields.author() or "Житель", fields.words("text"), fields.pictures())
    return {"id": message.id, "peer_id": message.peer_id}


def _vk_edit(group: Community, fields: Fields) -> Body:
    group.edit(group.comments[fields.number("comment_id")], fields.words("text"))
    return {"done": True}


def _vk_delete(group: Community, fields: Fields) -> Body:
    group.delete(group.comments[fields.number("comment_id")])
    return {"done": True}


def _vk_restore(group: Community, fields: Fields) -> Body:
    group.restore(group.comments[fields.number("comment_id")])
    return {"done": True}


def _vk_answer(group: Community, fields: Fields) -> Body:
    answered = group.comments[fields.number("comment_id")]
    return {"id": group.comment_as_community(group.posts[answered.post_id], fields.words("text"), answered).id}


def _vk_reply(group: Community, fields: Fields) -> Body:
    return {"id": group.message_as_community(fields.words("author"), fields.words("text")).id}


def _channel(bot: Bot, fields: Fields) -> Channel:
    wanted = fields.number("chat_id")
    for channel in bot.channels:
        if wanted in (channel.chat.id, channel.group.id, 0):
            return channel
    raise LookupError(f"channel {wanted}")


def _comment(bot: Bot, fields: Fields) -> Message:
    return _channel(bot, fields).group.messages[fields.number("comment_id")]


def _telegram_post(bot: Bot, fields: Fields) -> Body:
    channel = _channel(bot, fields)
    post = channel.post(fields.words("text"))
    return {"id": post.id, "path": channel.path(post)}


def _telegram_comment(bot: Bot, fields: Fields) -> Body:
    channel, number = _channel(bot, fields), fields.number("comment_id")
    answered = channel.group.messages[number] if number else channel.copies[fields.number("post_id")]
    comment = channel.reply(answered, fields.author() or "Житель", fields.words("text"), fields.picture())
    return {"id": comment.id, "path": channel.path(comment)}


def _telegram_message(bot: Bot, fields: Fields) -> Body:
    message = bot.message(fields.author() or "Житель", fields.words("text"), fields.picture())
    return {"id": message.id, "chat_id": message.chat.id}


def _telegram_edit(bot: Bot, fields: Fields) -> Body:
    bot.edit(_comment(bot, fields), fields.words("text"))
    return {"done": True}


def _telegram_answer(bot: Bot, fields: Fields) -> Body:
    return {"id": _channel(bot, fields).comment_as_admin(_comment(bot, fields), fields.words("text")).id}


VK: dict[str, Callable[[Community, Fields], Body]] = {
    "post": _vk_post,
    "comment": _vk_comment,
    "message": _vk_message,
    "edit": _vk_edit,
    "delete": _vk_delete,
    "restore": _vk_restore,
    "answer": _vk_answer,
    "reply": _vk_reply,
}

TELEGRAM: dict[str, Callable[[Bot, Fields], Body]] = {
    "post": _telegram_post,
    "comment": _telegram_comment,
    "message": _telegram_message,
    "edit": _telegram_edit,
    "answer": _telegram_answer,
}
