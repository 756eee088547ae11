"""Telegram as the network keeps it: bots, their private chats, and channels with the discussion group under them.

The API (telegram.py) and the pages write through the same verbs as the tests. Every verb of a citizen tells the bot by an update; what the bot itself writes is
never told (Telegram sends no echo).
"""

from dataclasses import dataclass, field

from incidents.simulator import telegram_events
from incidents.simulator.gallery import Shot
from incidents.simulator.hooks import TelegramHook
from incidents.simulator.telegram_events import ANONYMOUS, JSON, SERVICE, Chat, Message
from incidents.simulator.towns import Author, Person, Town


@dataclass(eq=False)
class Bot:
    """A bot with its webhook and its chats. `next_update` is the update_id of the next event: sequential, per bot."""

    town: Town
    token: str
    hook: TelegramHook
    name: str = "Обращения города"
    username: str = "town_appeals_bot"
    chats: dict[int, Chat] = field(default_factory=dict)
    channels: "list[Channel]" = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    allowed_updates: list[str] = field(default_factory=list)
    waiting: list[tuple[int, JSON]] = field(default_factory=list)
    next_update: int = 0
    files: dict[str, Shot] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.next_update = self.town.number(100_000_000, 900_000_000)

    @property
    def id(self) -> int:
        """The number before the colon of the token."""
        return int(self.token.partition(":")[0])

    def me(self) -> JSON:
        """The bot as a User."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def message(self, author: Author, text: str, picture: bytes | None = None) -> Message:
        """A citizen writes to the bot."""
        person, shot = self.town.person(author), self.keep(picture)
        chat = self.private(person)
        message = self.write(chat, text, telegram_events.user_json(person))
        message.picture = shot
        self.tell("message", message)
        return message

    def private(self, person: Person) -> Chat:
        """The private chat with this citizen, opened if it was not."""
        with self.town.lock:
            if person.id not in self.chats:
                self.chats[person.id] = Chat(person.id, "private", person=person)
            return self.chats[person.id]

    def write(self, chat: Chat, text: str, author: JSON | None = None, reply_to: Message | None = None) -> Message:
        """Put a message into a chat without telling. Channels and groups number their own messages; private chats share the bot's numbering."""
        with self.town.lock:
            peers = (
                [each for each in self.chats.values() if each.type == "private"] if chat.type == "private" else [chat]
            )
            number = max(each.last_id for each in peers) + 1
            chat.last_id = number
            message = Message(number, chat, self.town.now(), text, author, reply_to=reply_to)
            if reply_to is not None and chat.type == "supergroup":
                message.thread = reply_to.thread or reply_to.id
            chat.messages[number] = message
            return message

    def keep(self, picture: bytes | None) -> Shot | None:
        """Put a picture into Telegram's store; the bot may ask for it from then on."""
        shot = self.town.gallery.keep(picture) if picture else None
        if shot is not None:
            self.files[shot.id] = shot
        return shot

    def edit(self, message: Message, text: str, kind: str = "edited_message") -> None:
        """The author changes a message."""
        message.text, message.edit_date = text, self.town.now()
        self.tell(kind, message)

    def block(self, author: Author, is_blocked: bool = True) -> None:
        """The citizen blocks the bot (403 from now on), or takes it back."""
        person = self.town.person(author)
        (self.blocked.add if is_blocked else self.blocked.discard)(person.id)

    def answers_to(self, author: Author) -> list[Message]:
        """What the bot wrote to this citizen."""
        return [message for message in self.private(self.town.person(author)).messages.values() if message.is_ours]

    def tell(self, kind: str, message: Message) -> None:
        """Send an update, in order per chat; without a webhook it waits for one."""
        with self.town.lock:
            if self.allowed_updates and kind not in self.allowed_updates:
                return
            update = telegram_events.update_json(self.next_update, kind, message)
            self.next_update += 1
            if not self.hook.url:
                self.waiting.append((message.chat.id, update))
                return
            self.town.courier.send(self.hook, update, lane=(self.id, message.chat.id))

    def set_webhook(self, url: str, secret: str, allowed: list[str], *, drop_pending: bool = False) -> None:
        """Point the webhook somewhere ("" deletes it) and send what waited."""
        with self.town.lock:
            self.hook.url, self.hook.secret, self.hook.status = url, secret, "wait"
            self.allowed_updates = allowed
            waiting = [] if drop_pending else self.waiting
            self.waiting = [] if url or drop_pending else self.waiting
            if url:
                for chat_id, update in waiting:
                    self.town.courier.send(self.hook, update, lane=(self.id, chat_id))

    def updates(self, offset: int, limit: int) -> list[JSON]:
        """What waits from `offset` on, for a bot without a webhook; everything below is forgotten."""
        with self.town.lock:
            self.waiting = [(chat, update) for chat, update in self.waiting if int(str(update["update_id"])) >= offset]
            return [update for _, update in self.waiting[:limit]]

    def pending(self) -> int:
        """How many updates the hook has not taken yet."""
        return len(self.waiting) + self.town.courier.waiting(self.hook)


@dataclass(eq=False)
class Channel:
    """A channel, the group linked to it, and the bot that reads both."""

    bot: Bot
    chat: Chat
    group: Chat
    copies: dict[int, Message] = field(default_factory=dict)

    def post(self, text: str) -> Message:
        """The town writes in its channel; the post is copied into the group by Telegram itself."""
        with self.bot.town.lock:
            post = self.bot.write(self.chat, text)
            post.sender_chat = self.chat
            copy = self.bot.write(self.group, text, SERVICE)
            copy.sender_chat, copy.origin = self.chat, post
            self.copies[post.id] = copy
        self.bot.tell("channel_post", post)
        self.bot.tell("message", copy)
        return post

    def edit_post(self, post: Message, text: str) -> None:
        """The post changes, and its copy with it."""
        self.bot.edit(post, text, "edited_channel_post")
        self.bot.edit(self.copies[post.id], text)

    def comment(
        self, post: Message, author: Author, text: str, reply_to: Message | None = None, picture: bytes | None = None
    ) -> Message:
        """A citizen writes under a post, or answers another comment there."""
        return self.reply(self.copies[post.id] if reply_to is None else reply_to, author, text, picture)

    def reply(self, earlier: Message, author: Author, text: str, picture: bytes | None = None) -> Message:
        """A citizen answers a message of the group: a comment, or the copy of a post."""
        person, shot = self.bot.town.person(author), self.bot.keep(picture)
        comment = self.bot.write(self.group, text, telegram_events.user_json(person), earlier)
        comment.picture = shot
        self.bot.tell("message", comment)
        return comment

    def comment_as_admin(self, comment: Message, text: str) -> Message:
        """A colleague answers by hand, anonymously, in the name of the group."""
        with self.bot.town.lock:
            answer = self.bot.write(self.group, text, ANONYMOUS, comment)
            answer.sender_chat = self.group
        self.bot.tell("message", answer)
        return answer

    def edit(self, comment: Message, text: str) -> None:
        """The author changes a comment."""
        self.bot.edit(comment, text)

    def answers_under(self, comment: Message) -> list[Message]:
        """What the bot answered to this comment."""
        return [message for message in self.group.messages.values() if message.is_ours and message.reply_to is comment]

    def path(self, message: Message) -> str:
        """The permalink without the host, in the private form which always works: /c/<chat without -100>/<message>?thread=<root>."""
        number = str(message.chat.id).removeprefix("-100")
        return f"/c/{number}/{message.id}" + (f"?thread={message.thread}" if message.thread else "")


def open_channel(bot: Bot, title: str, username: str = "", members: int = 5000) -> Channel:
    """A new channel with a discussion group, with the bot as administrator of both."""
    with bot.town.lock:
        numbers = [-1_000_000_000_000 - bot.town.number(1_100_000_000, 2_900_000_000) for _ in range(2)]
        chat = Chat(numbers[0], "channel", title, username, members=members)
        group = Chat(numbers[1], "supergroup", f"{title} — обсуждение", members=members // 4)
        chat.last_id, group.last_id = bot.town.number(10, 900), bot.town.number(10, 9000)
        bot.chats |= {chat.id: chat, group.id: group}
        channel = Channel(bot, chat, group)
        bot.channels.append(channel)
        return channel
