"""Everything that is played: the town, its VK communities, its Telegram bots and channels, the faults and the courier.

The web program (program.py) shows and changes a world; tests hold one through `Simulator` (the package's own module).
"""

import time
from collections.abc import Callable, Sequence

from incidents.simulator.channels import Bot, Channel, open_channel
from incidents.simulator.communities import Community, Profile
from incidents.simulator.delivering import DELAYS, Courier
from incidents.simulator.faults import Faults
from incidents.simulator.gallery import Gallery
from incidents.simulator.hooks import TelegramHook, VkHook
from incidents.simulator.loopback import hook_url as loopback_only
from incidents.simulator.towns import Town

STORM_SIZE = 40


class World:
    """A world begins empty. `snowstorm` is what the button of that name does (it returns how many wrote); `zone` is the time zone of the pages."""

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Callable[[], float] = time.time,
        delays: Sequence[float] = DELAYS,
        max_tries: int = 40,
        timeout: float = 5.0,
        zone: str = "Europe/Moscow",
        snowstorm: "Callable[[World], int] | None" = None,
    ) -> None:
        self.faults = Faults()
        self.courier = Courier(self.faults, delays=delays, max_tries=max_tries, timeout=timeout)
        self.gallery = Gallery()
        self.zone, self.snowstorm = zone, snowstorm or storm
        self._seed, self._clock = seed, clock
        self.clear()

    def clear(self) -> None:
        """Begin again: no communities, no bots, no faults. What is already on its way still arrives."""
        self.faults.clear()
        self.courier.release()
        self.town = Town(self.courier, self.gallery, seed=self._seed, clock=self._clock)
        self.communities: dict[int, Community] = {}
        self.bots: dict[int, Bot] = {}

    def vk_community(
        self,
        *,
        group_id: int,
        token: str,
        secret: str = "",
        confirmation: str = "",
        hook_url: str = "",
        **profile: object,
    ) -> Community:
        """A community with its Callback server. With a `confirmation` the handshake comes before the first event. `profile`: fields of Profile."""
        if group_id < 1 or not token:
            raise ValueError("a community needs a positive group_id and a token")
        hook = VkHook(loopback_only(hook_url), group_id, secret, confirmation)
        community = Community(self.town, Profile(group_id, token, **profile), hook)  # type: ignore[arg-type]
        if community.profile.echo not in ("before", "after", "off"):
            raise ValueError("echo is before, after or off")
        self.communities[group_id] = community
        return community

    def telegram_bot(
        self,
        *,
        token: str,
        secret: str = "",
        hook_url: str = "",
        name: str = "Обращения города",
        username: str = "town_appeals_bot",
    ) -> Bot:
        """A bot; its webhook may be given here, or set later by setWebhook."""
        if not token.partition(":")[0].isdigit():
            raise ValueError("a bot's token is <number>:<letters>")
        bot = Bot(self.town, token, TelegramHook(loopback_only(hook_url), secret), name, username)
        self.bots[bot.id] = bot
        return bot

    def telegram_channel(self, bot: Bot, title: str = "Город", username: str = "", members: int = 5000) -> Channel:
        """A channel with a linked discussion group, both read by the bot."""
        return open_channel(bot, title, username, members)

    def community(self, group_id: int) -> Community:
        """The community of this number; LookupError names it when there is none."""
        if group_id not in self.communities:
            raise LookupError(f"no community {group_id}")
        return self.communities[group_id]

    def bot(self, identity: int) -> Bot:
        """The bot of this number; LookupError names it when there is none."""
        if identity not in self.bots:
            raise LookupError(f"no bot {identity}")
        return self.bots[identity]

    def channels(self) -> list[Channel]:
        """All channels of all bots."""
        return [channel for bot in self.bots.values() for channel in bot.channels]

    def channel(self, number: str) -> Channel:
        """The channel to which this number (of the channel or of its group, without -100) or username belongs."""
        for channel in self.channels():
            numbers = {str(chat.id).removeprefix("-100") for chat in (channel.chat, channel.group)}
            if number in numbers or (number and number == channel.chat.username):
                return channel
        raise LookupError(f"no channel {number}")

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until all events are taken or given up; False if that took longer."""
        return self.courier.settle(timeout)

    def close(self) -> None:
        """Stop the background threads."""
        self.faults.clear()
        self.courier.close()


def storm(world: World) -> int:
    """The button's default: many citizens write within a second under the newest post of every community and channel."""
    written = 0
    for community in list(world.communities.values()):
        post = (
            list(community.posts.values())[-1]
            if community.posts
            else community.post("Снегопад: работаем круглосуточно.")
        )
        for number in range(1, STORM_SIZE + 1):
            community.comment(post, f"Житель {number}", f"Снег не убран, двор № {number}.")
        written += STORM_SIZE
    for channel in world.channels():
        newest = (
            channel.chat.messages[max(channel.copies)]
            if channel.copies
            else channel.post("Снегопад: работаем круглосуточно.")
        )
        for number in range(1, STORM_SIZE + 1):
            channel.comment(newest, f"Житель {number}", f"Снег не убран, двор № {number}.")
        written += STORM_SIZE
    return written
