"""The simulated networks as a process: the town's pages in VK and Telegram, kept over a restart, and the snowstorm button.

`python -m incidents.demo.walls FOLDER`. What the walls show is saved every half minute and at the end, because open
appeals of the last run must still be answerable under the words they stand for.
"""

import itertools
import pickle
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from incidents.demo import voices
from incidents.demo.folder import Secrets, read_secrets
from incidents.demo.founding import BOT_NAME, GROUP_ID
from incidents.settings import Settings, load
from incidents.simulator import Simulator
from incidents.simulator.channels import Bot, Channel
from incidents.simulator.communities import Community
from incidents.simulator.world import World

#: How many write at once when it snows, on each wall.
STORM = 25
_SAVE_EVERY = 30.0
#: The wall's numbering starts at the seconds since this moment: higher than whatever an earlier run has given out.
_EPOCH = 1_700_000_000


def build(world: World, settings: Settings, secrets: Secrets, saved: dict[str, Any] | None) -> None:
    """The town's pages, empty with a first post each or as they were saved."""
    hooks = f"{settings.public_url}/hooks"
    community = world.vk_community(
        group_id=GROUP_ID,
        token=secrets.vk_token,
        secret=secrets.vk_secret,
        confirmation=secrets.vk_confirmation,
        hook_url=f"{hooks}/vk/{secrets.vk_key}",
        name="Комсомольск-на-Амуре. Официально",
        members=5650,
    )
    bot = world.telegram_bot(
        token=secrets.telegram_token,
        secret=secrets.telegram_secret,
        hook_url=f"{hooks}/telegram/{secrets.telegram_key}",
        name="Обращения. Комсомольск-на-Амуре",
        username=BOT_NAME,
    )
    if saved is not None:
        _restore(community, bot, saved)
    else:
        world.telegram_channel(bot, "Комсомольск-на-Амуре", "komsomolsk_town", 2360)
    _count_on(community)
    for text in voices.phrases().lists["posts"][:2] if saved is None else ():
        community.post(text)
        for channel in bot.channels:
            channel.post(text)


def snowstorm(world: World) -> int:
    """It snows: on every wall many citizens write within a second; how many wrote."""
    chance = random.Random()
    words = "Снегопад! Коммунальные службы работают круглосуточно. Пишите адреса, где не убрано."
    written = 0
    for community in list(world.communities.values()):
        post = community.post(words)
        for _ in range(STORM):
            complaint = voices.complain(chance, 1, voices.somebody(chance), only=("winter",))
            community.comment(post, complaint.name, complaint.text)
            written += 1
    for channel in world.channels():
        message = channel.post(words)
        for _ in range(STORM):
            complaint = voices.complain(chance, 1, voices.somebody(chance), only=("winter",))
            channel.comment(message, complaint.name, complaint.text)
            written += 1
    return written


def save(world: World, file: Path) -> None:
    """Write down what stands on the walls; never half of it."""
    with world.town.lock:
        seen = pickle.dumps(
            {
                "people": world.town.people(),
                "pictures": world.gallery.kept,
                "communities": [
                    (each.posts, each.comments, each.dialogs, each.guids) for each in world.communities.values()
                ],
                "bots": [
                    (each.chats, each.next_update, [(c.chat, c.group, c.copies) for c in each.channels], each.files)
                    for each in world.bots.values()
                ],
            }
        )
    part = file.with_name(file.name + ".part")
    part.write_bytes(seen)
    part.rename(file)


def read(file: Path) -> dict[str, Any] | None:
    """What was saved; None when there is nothing, or it is of another version: then the walls begin empty."""
    try:
        seen = dict(pickle.loads(file.read_bytes()))  # noqa: S301 - our own file in a folder only we may enter
        return seen if "pictures" in seen else None
    except (OSError, pickle.PickleError, AttributeError, ImportError, EOFError, TypeError, ValueError):
        return None


def _restore(community: Community, bot: Bot, saved: dict[str, Any]) -> None:
    town = community.town
    # The town has no door for people who come back with the numbers they had.
    town._people.update({person.name: person for person in saved["people"]})
    community.posts, community.comments, community.dialogs, community.guids = saved["communities"][0]
    bot.chats, bot.next_update, channels, bot.files = saved["bots"][0]
    town.gallery.kept.update(saved["pictures"])
    bot.channels = [Channel(bot, chat, group, copies) for chat, group, copies in channels]


def _count_on(community: Community) -> None:
    """No number is given out twice over all runs, whether or not the last one could be saved."""
    since = int(time.time()) - _EPOCH
    messages = [message.id for dialog in community.dialogs.values() for message in dialog]
    community._wall_ids = itertools.count(max([since, *community.posts, *community.comments]) + 1)
    community._message_ids = itertools.count(max([since, *messages]) + 1)


def main() -> int:
    """Serve until SIGTERM."""
    folder = Path(sys.argv[1])
    settings = load(folder / "config.toml")
    state = folder / "walls.state"
    port = int(settings.vk_api_url.rsplit(":", 1)[1].split("/")[0])
    # Another seed each time: event ids of an earlier run would be taken for repeated deliveries.
    simulator = Simulator(port=port, seed=time.time_ns(), zone=settings.zone, snowstorm=snowstorm)
    build(simulator, settings, read_secrets(folder), read(state))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    simulator.start()
    while not stop.wait(_SAVE_EVERY):
        save(simulator, state)
    save(simulator, state)
    simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
