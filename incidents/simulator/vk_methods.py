"""What the methods of VK's API do: comments, messages, posts, users, groups.

vk.py has checked token and version before. Which token a method takes is VK's: wall.post only a person's, the others a community's too.
"""

from collections.abc import Callable

from incidents.simulator import vk_events
from incidents.simulator.communities import Community
from incidents.simulator.towns import Person
from incidents.simulator.vk_call import Call
from incidents.simulator.vk_errors import VkError, missing, wrong
from incidents.simulator.vk_events import Comment, Message, Post

MESSAGE_LIMIT = 9000


def create_comment(call: Call) -> dict[str, object]:
    """wall.createComment. ASSUMPTION: a repeated guid gives the id of the first comment and writes nothing; what VK really does was never seen."""
    community = call.community
    owner, post = call.integer("owner_id", 0), call.integer("post_id")
    text, guid = call.text("message"), call.text("guid")
    if not text.strip() and not call.text("attachments") and not call.text("sticker_id"):
        raise missing("message")
    if owner != -community.group_id:
        raise VkError(15, "no access to this wall")
    if call.text("from_group") and call.integer("from_group") not in (0, community.group_id):
        raise wrong("from_group")
    with community.town.lock:
        if guid and guid in community.guids:
            known = community.comments[community.guids[guid]]
            return {"comment_id": known.id, "parents_stack": list(known.parents_stack)}
        target = _commentable(community, post)
        comment = community.write_comment(target, -community.group_id, text, _answered(call, target))
        if guid:
            community.guids[guid] = comment.id
    call.echo(lambda: community.tell_of(comment, "wall_reply_new"))
    return {"comment_id": comment.id, "parents_stack": list(comment.parents_stack)}


def _commentable(community: Community, number: int) -> Post:
    post = community.posts.get(number)
    if post is None:
        raise VkError(212)
    if post.is_closed:
        raise VkError(213)
    return post


def _answered(call: Call, post: Post) -> Comment | None:
    """The comment that is answered; a deleted one or one under another post cannot be."""
    number = call.integer("reply_to_comment", 0)
    if not number:
        return None
    comment = call.community.comments.get(number)
    if comment is None or comment.is_deleted or comment.post_id != post.id:
        raise wrong("reply_to_comment")
    return comment


def send_message(call: Call) -> object:
    """messages.send: an id for peer_id, a list for peer_ids. A repeated random_id gives the id of the first message; 0 is never a repetition."""
    random_id = call.integer("random_id")
    text = call.text("message")
    if not text.strip():
        raise VkError(100, "message is empty or invalid")
    if len(text) > MESSAGE_LIMIT:
        raise VkError(914)
    if not call.text("peer_ids"):
        peer = call.integer("peer_id", call.integer("user_id", 0)) or None
        if peer is None:
            raise VkError(100, "you should specify peer_id, user_id, domain, chat_id or user_ids param")
        return _send(call, peer, text, random_id).id
    answers: list[dict[str, object]] = []
    for peer in _numbers(call.text("peer_ids"), "peer_ids")[:100]:
        try:
            sent = _send(call, peer, text, random_id)
            numbers = {"message_id": sent.id, "conversation_message_id": sent.conversation_message_id}
            answers.append({"peer_id": peer, **numbers})
        except VkError as error:
            problem = {"code": error.code, "description": error.text}
            answers.append({"peer_id": peer, "message_id": 0, "conversation_message_id": 0, "error": problem})
    return answers


def _send(call: Call, peer: int, text: str, random_id: int) -> Message:
    community = call.community
    if peer >= 2_000_000_000:
        raise VkError(917)
    with community.town.lock:
        dialog = community.dialogs.get(peer, [])
        if random_id:
            known = next((m for m in dialog if m.random_id == random_id), None)
            if known is not None:
                return known
        if community.refusing.get(peer):
            raise VkError(community.refusing[peer])
        if not any(not m.out for m in dialog):
            raise VkError(901)
        answered = call.integer("reply_to", 0)
        earlier = next((m for m in dialog if m.id == answered), None)
        if answered and earlier is None:
            raise wrong("reply_to")
        message = community.write_message(peer, -community.group_id, text, random_id, earlier)
    call.echo(lambda: community.tell("message_reply", vk_events.message_object(message)))
    return message


def post(call: Call) -> dict[str, object]:
    """wall.post on the community's wall, with the token of its administrator."""
    if call.integer("owner_id") != -call.community.group_id:
        raise VkError(214)
    if not call.text("message").strip():
        raise missing("message")
    return {"post_id": call.community.post(call.text("message")).id}


def users(call: Call) -> list[dict[str, object]]:
    """users.get: those who are known; unknown ids are left out, as deleted accounts are for many readers."""
    asked = _numbers(call.text("user_ids"), "user_ids")
    if len(asked) > 1000:
        raise wrong("user_ids")
    found = [person for person in map(call.community.town.by_id, asked) if person is not None]
    return [_user(person) for person in found]


def _user(person: Person) -> dict[str, object]:
    names = {"first_name": person.first_name, "last_name": person.last_name}
    return {"id": person.id, **names, "can_access_closed": True, "is_closed": False}


def groups(call: Call) -> object:
    """groups.getById: an object with groups since 5.199, a bare list before."""
    profile = call.community.profile
    asked = _numbers(call.text("group_ids") or call.text("group_id") or str(profile.group_id), "group_id")
    seen: list[dict[str, object]] = []
    if profile.group_id in asked:
        names = {"name": profile.name, "screen_name": f"club{profile.group_id}", "type": "page"}
        seen.append({"id": profile.group_id, **names, "is_closed": 0})
        if "members_count" in call.text("fields").split(","):
            seen[0]["members_count"] = profile.members
    return {"groups": seen, "profiles": []} if _version(call) >= (5, 199) else seen


def _version(call: Call) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in call.text("v").split("."))
    except ValueError:
        raise VkError(8, "v is invalid") from None


def _numbers(listed: str, name: str) -> list[int]:
    try:
        return [int(part) for part in listed.split(",") if part.strip()]
    except ValueError:
        raise wrong(name) from None


#: Method -> (is a person's token needed?, what it does).
METHODS: dict[str, tuple[bool, Callable[[Call], object]]] = {
    "wall.createComment": (False, create_comment),
    "wall.post": (True, post),
    "messages.send": (False, send_message),
    "users.get": (False, users),
    "groups.getById": (False, groups),
}
