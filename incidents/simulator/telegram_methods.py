"""What the methods of Telegram's Bot API do: sending, the webhook, and what a bot may know of itself and its chats.

telegram.py has found the bot by its token before. Descriptions of errors are the real server's, where they were seen.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from incidents.simulator import telegram_events
from incidents.simulator.channels import Bot
from incidents.simulator.loopback import NotLoopback, hook_url
from incidents.simulator.telegram_events import JSON, Chat, Message

TEXT_LIMIT = 4096


class TelegramError(Exception):
    """The API refuses with this code and description."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(code, description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Call:
    """One call: whose bot, which parameters."""

    bot: Bot
    parameters: JSON

    def text(self, name: str) -> str:
        """A parameter as text, "" when absent."""
        value = self.parameters.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def structure(self, name: str) -> object:
        """A nested parameter: JSON as such, or written as text in a form; None when absent."""
        value = self.parameters.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise TelegramError(400, f"Bad Request: can't parse {name} JSON object") from None

    def chat(self) -> Chat:
        """The chat that is meant, by number or by @username."""
        wanted = self.text("chat_id")
        if not wanted:
            raise TelegramError(400, "Bad Request: chat_id is empty")
        for chat in self.bot.chats.values():
            if wanted == str(chat.id) or (chat.username and wanted == f"@{chat.username}"):
                return chat
        raise TelegramError(400, "Bad Request: chat not found")


def get_me(call: Call) -> JSON:
    """getMe."""
    abilities = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
    return {**call.bot.me(), **abilities, "can_connect_to_business": False, "has_main_web_app": False}


def send_message(call: Call) -> JSON:
    """sendMessage. Plain text only, as the program sends it; the length is counted in UTF-16 units, the strictest reading of the limit."""
    if "reply_to_message_id" in call.parameters:
        raise TelegramError(400, "Bad Request: reply_to_message_id is not a parameter, use reply_parameters")
    if call.text("parse_mode"):
        raise TelegramError(400, "Bad Request: unsupported parse_mode")
    chat, text = call.chat(), call.text("text")
    if not text.strip():
        raise TelegramError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > TEXT_LIMIT:
        raise TelegramError(400, "Bad Request: message is too long")
    if chat.id in call.bot.blocked:
        raise TelegramError(403, "Forbidden: bot was blocked by the user")
    message = call.bot.write(chat, text, call.bot.me(), _answered(call, chat))
    return telegram_events.message_json(message)


def _answered(call: Call, chat: Chat) -> Message | None:
    """The message that is answered, from reply_parameters."""
    asked = call.structure("reply_parameters")
    if asked is None:
        return None
    if not isinstance(asked, dict) or not isinstance(asked.get("message_id"), int):
        raise TelegramError(400, "Bad Request: object expected as reply parameters")
    message = chat.messages.get(asked["message_id"])
    if message is None and not asked.get("allow_sending_without_reply"):
        raise TelegramError(400, "Bad Request: message to be replied not found")
    return message


def get_updates(call: Call) -> list[JSON]:
    """getUpdates: what waits from `offset` on, and what is below it is done with; impossible while a webhook is set."""
    if call.bot.hook.url:
        raise TelegramError(409, "Conflict: can't use getUpdates method while webhook is active")
    offset, limit = (int(call.text(name) or default) for name, default in (("offset", 0), ("limit", 100)))
    return call.bot.updates(offset, limit)


def set_webhook(call: Call) -> bool:
    """setWebhook; unlike the real one it wants a loopback address, and http is enough."""
    secret = call.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise TelegramError(400, "Bad Request: secret token contains unallowed characters")
    allowed = call.structure("allowed_updates") or []
    if not isinstance(allowed, list):
        raise TelegramError(400, "Bad Request: can't parse allowed_updates JSON object")
    try:
        url = hook_url(call.text("url"))
    except NotLoopback as error:
        raise TelegramError(400, f"Bad Request: bad webhook: {error}") from None
    call.bot.set_webhook(
        url, secret, [str(kind) for kind in allowed], drop_pending=_is_true(call, "drop_pending_updates")
    )
    return True


def delete_webhook(call: Call) -> bool:
    """deleteWebhook."""
    call.bot.set_webhook("", "", [], drop_pending=_is_true(call, "drop_pending_updates"))
    return True


def _is_true(call: Call, name: str) -> bool:
    return call.text(name).lower() in ("true", "1")


def get_webhook_info(call: Call) -> JSON:
    """getWebhookInfo."""
    bot, hook = call.bot, call.bot.hook
    seen: JSON = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": bot.pending()}
    if hook.url:
        seen |= {"max_connections": 40, "ip_address": "127.0.0.1"}
    if hook.last_error:
        seen |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    if bot.allowed_updates:
        seen["allowed_updates"] = bot.allowed_updates
    return seen


def get_chat(call: Call) -> JSON:
    """getChat, with the linked group of a channel and the linked channel of a group."""
    chat = call.chat()
    pairs = [(channel.chat, channel.group) for channel in call.bot.channels]
    linked = [b if chat is a else a for a, b in pairs if chat in (a, b)]
    return telegram_events.full_chat_json(chat, linked[0] if linked else None)


def get_chat_member_count(call: Call) -> int:
    """getChatMemberCount."""
    return call.chat().members


def get_file(call: Call) -> JSON:
    """getFile: where a file lies that somebody sent to the bot."""
    shot = call.bot.files.get(call.text("file_id"))
    if shot is None:
        raise TelegramError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    return telegram_events.file_json(shot)


#: Method in small letters (the real server does not mind either) -> what it does.
METHODS: dict[str, Callable[[Call], object]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getchat": get_chat,
    "getchatmembercount": get_chat_member_count,
    "getfile": get_file,
}
