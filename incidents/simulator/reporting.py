"""The state of a world as plain values, for other processes (control.py): never a token, never a secret."""

from dataclasses import asdict

from incidents.simulator.channels import Bot, Channel
from incidents.simulator.communities import Community
from incidents.simulator.telegram_events import Message
from incidents.simulator.vk_events import Comment
from incidents.simulator.world import World

Body = dict[str, object]


def state(world: World) -> Body:
    """Communities, bots, faults that still stand and how the deliveries go."""
    with world.town.lock:
        courier = world.courier
        return {
            "communities": [_community(each) for each in world.communities.values()],
            "bots": [_bot(each) for each in world.bots.values()],
            "faults": [asdict(fault) for fault in world.faults.listed()],
            "delivered": sum(parcel.is_taken for parcel in list(courier.log)),
            "given_up": len(courier.given_up),
        }


def _community(community: Community) -> Body:
    posts = [{"id": post.id, "text": post.text, "from_id": post.from_id} for post in community.posts.values()]
    comments = [_comment(community, each) for each in community.comments.values() if not each.is_deleted]
    dialogs = {
        str(peer): [{"id": m.id, "text": m.text, "out": m.out} for m in messages]
        for peer, messages in community.dialogs.items()
    }
    hook = {"status": community.hook.status, "last_error": community.hook.last_error}
    return {"group_id": community.group_id, "hook": hook, "posts": posts, "comments": comments, "dialogs": dialogs}


def _comment(community: Community, comment: Comment) -> Body:
    return {
        "id": comment.id,
        "post_id": comment.post_id,
        "author": community.writer(comment.from_id).name,
        "text": comment.text,
        "reply_to_comment": comment.reply_to_comment,
        "is_ours": comment.from_id < 0,
        "path": community.path(community.posts[comment.post_id], comment),
    }


def _bot(bot: Bot) -> Body:
    hook = {"url": bot.hook.url, "status": bot.hook.status, "pending": bot.pending(), "last_error": bot.hook.last_error}
    dialogs = {
        str(chat.id): [_message(message) for message in chat.messages.values()]
        for chat in bot.chats.values()
        if chat.type == "private"
    }
    return {"bot_id": bot.id, "hook": hook, "channels": [_channel(each) for each in bot.channels], "dialogs": dialogs}


def _channel(channel: Channel) -> Body:
    posts = [{"id": post.id, "text": post.text} for post in channel.chat.messages.values()]
    comments = [_message(message) for message in channel.group.messages.values() if message.origin is None]
    return {"chat_id": channel.chat.id, "group_id": channel.group.id, "posts": posts, "comments": comments}


def _message(message: Message) -> Body:
    answered = message.reply_to.id if message.reply_to is not None else 0
    return {"id": message.id, "text": message.text, "is_ours": message.is_ours, "reply_to": answered}
