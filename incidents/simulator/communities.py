"""A VK community as the network keeps it: wall, comments, dialogs, tokens, and who may write to whom.

The API (vk.py) and the pages write through the same verbs as the tests. Every verb that citizens or colleagues use tells the hook what happened, by an event of
vk_events.py; the API's own writing (`write_comment`, `write_message`) leaves the telling to the API, which decides whether the event overtakes the answer.
Posts and comments of a wall share one numbering; messages are numbered twice, per community (`id`) and per dialog (`conversation_message_id`).
"""

import itertools
from dataclasses import dataclass, field

from incidents.simulator import vk_events
from incidents.simulator.delivering import Parcel
from incidents.simulator.hooks import VkHook
from incidents.simulator.towns import Author, Person, Town
from incidents.simulator.vk_events import Comment, Message, Post

#: JPEG files that a citizen attaches.
Pictures = tuple[bytes, ...]


@dataclass
class Profile:
    """What a community is created with. `echo` says when the event about an API comment leaves: before the answer, after it, or never (off)."""

    group_id: int
    token: str
    name: str = "Администрация города"
    members: int = 20_000
    user_token: str = ""
    echo: str = "after"
    owner_field: str = "owner_id"


@dataclass(eq=False)
class Community:
    """One community with its wall and its dialogs."""

    town: Town
    profile: Profile
    hook: VkHook
    posts: dict[int, Post] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    dialogs: dict[int, list[Message]] = field(default_factory=dict)
    refusing: dict[int, int] = field(default_factory=dict)
    guids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._wall_ids = itertools.count(self.town.number(100, 9000))
        self._message_ids = itertools.count(self.town.number(100, 9000))

    @property
    def group_id(self) -> int:
        """The positive number; as an owner or author the community is its negative."""
        return self.profile.group_id

    def post(
        self, text: str, author: Author | None = None, *, is_suggested: bool = False, pictures: Pictures = ()
    ) -> Post:
        """A post on the wall: by the community, by a citizen, or suggested by a citizen."""
        with self.town.lock:
            writer = -self.group_id if author is None else self.town.person(author).id
            kind = "suggest" if is_suggested else "post"
            post = Post(next(self._wall_ids), -self.group_id, writer, self.town.now(), text, kind)
            post.pictures = self.town.gallery.keep_all(pictures)
            self.posts[post.id] = post
        self.tell("wall_post_new", vk_events.post_object(post, 0))
        return post

    def comment(
        self, post: Post, author: Author, text: str, reply_to: Comment | None = None, pictures: Pictures = ()
    ) -> Comment:
        """A citizen writes under a post, or under a comment."""
        kept = self.town.gallery.keep_all(pictures)
        comment = self.write_comment(post, self.town.person(author).id, text, reply_to)
        comment.pictures = kept
        self.tell_of(comment, "wall_reply_new")
        return comment

    def comment_as_community(self, post: Post, text: str, reply_to: Comment | None = None) -> Comment:
        """A colleague answers by hand in VK, past the program: the same event as an answer of the program."""
        comment = self.write_comment(post, -self.group_id, text, reply_to)
        self.tell_of(comment, "wall_reply_new")
        return comment

    def write_comment(self, post: Post, writer: int, text: str, reply_to: Comment | None = None) -> Comment:
        """Put a comment on the wall without telling. Branches are one level deep: a reply to a reply stays in the branch of the first."""
        with self.town.lock:
            stack = [] if reply_to is None else reply_to.parents_stack or [reply_to.id]
            number = next(self._wall_ids)
            comment = Comment(number, post.id, -self.group_id, writer, self.town.now(), text, list(stack))
            if reply_to is not None:
                comment.reply_to_comment, comment.reply_to_user = reply_to.id, reply_to.from_id
            self.comments[number] = comment
            return comment

    def edit(self, comment: Comment, text: str) -> None:
        """The author changes a comment."""
        comment.text = text
        self.tell_of(comment, "wall_reply_edit")

    def delete(self, comment: Comment, deleter: Author | None = None) -> None:
        """The author (or who is named) deletes a comment."""
        comment.is_deleted = True
        by = comment.from_id if deleter is None else self.town.person(deleter).id
        self.tell("wall_reply_delete", vk_events.deletion_object(comment, by))

    def restore(self, comment: Comment) -> None:
        """A deleted comment comes back."""
        comment.is_deleted = False
        self.tell_of(comment, "wall_reply_restore")

    def message(self, author: Author, text: str, pictures: Pictures = ()) -> Message:
        """A citizen writes to the community."""
        person, kept = self.town.person(author), self.town.gallery.keep_all(pictures)
        message = self.write_message(person.id, person.id, text)
        message.pictures = kept
        self.tell("message_new", vk_events.new_message_object(message))
        return message

    def message_as_community(self, author: Author, text: str, moderator: Author = "Модератор") -> Message:
        """A colleague answers a dialog by hand in VK."""
        message = self.write_message(self.town.person(author).id, -self.group_id, text)
        message.admin_author_id = self.town.person(moderator).id
        self.tell("message_reply", vk_events.message_object(message))
        return message

    def write_message(
        self, peer: int, writer: int, text: str, random_id: int = 0, reply_to: Message | None = None
    ) -> Message:
        """Put a message into a dialog without telling."""
        with self.town.lock:
            dialog = self.dialogs.setdefault(peer, [])
            message = Message(next(self._message_ids), len(dialog) + 1, peer, writer, self.town.now(), text)
            message.random_id, message.reply_to = random_id, reply_to
            dialog.append(message)
            return message

    def close_comments(self, post: Post) -> None:
        """From now on nobody may comment (error 213)."""
        post.is_closed = True

    def refuse_messages(self, author: Author, code: int = 901) -> None:
        """This citizen takes no messages: 900 blacklist, 901 not allowed, 902 privacy; 0 takes them again."""
        self.refusing[self.town.person(author).id] = code

    def answers_under(self, comment: Comment) -> list[Comment]:
        """What the community answered to this comment and one still sees."""
        with self.town.lock:
            ours = [c for c in self.comments.values() if c.from_id == -self.group_id and not c.is_deleted]
        return [answer for answer in ours if answer.reply_to_comment == comment.id]

    def answers_to(self, author: Author) -> list[Message]:
        """What the community wrote to this citizen."""
        person = self.town.person(author)
        with self.town.lock:
            return [message for message in self.dialogs.get(person.id, []) if message.out]

    def path(self, post: Post, comment: Comment | None = None) -> str:
        """The permalink without the host, as VK writes it."""
        place = f"/wall{post.owner_id}_{post.id}"
        if comment is None:
            return place
        branch = f"&thread={comment.parents_stack[0]}" if comment.parents_stack else ""
        return f"{place}?reply={comment.id}{branch}"

    def tell_of(self, comment: Comment, kind: str) -> Parcel | None:
        """Send the event about a comment."""
        return self.tell(kind, vk_events.comment_object(comment, self.profile.owner_field))

    def tell(self, kind: str, thing: dict[str, object]) -> Parcel | None:
        """Wrap and send an event; None while the community has no hook. No lane: VK promises no order."""
        if not self.hook.url:
            return None
        event = vk_events.envelope(kind, thing, self.group_id, self.town.event_id(), self.hook.secret)
        return self.town.courier.send(self.hook, event)

    def writer(self, identity: int) -> Person:
        """Who stands behind an author's id, for the pages; the community itself is a person with its own name."""
        if identity == -self.group_id:
            return Person(identity, self.profile.name, "")
        return self.town.by_id(identity) or Person(identity, f"id{identity}", "")
