"""One call of VK's API: whose token, which parameters, and what follows the answer. vk.py makes it, vk_methods.py works on it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from incidents.simulator.communities import Community
from incidents.simulator.vk_errors import missing, wrong


@dataclass
class Call:
    """One call: whose token, which parameters; `afterwards` runs when the answer has left."""

    community: Community
    parameters: dict[str, str]
    is_user: bool
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A parameter as text, "" when absent."""
        return self.parameters.get(name, "")

    def integer(self, name: str, default: int | None = None) -> int:
        """A parameter as a whole number; error 100 when it is none, or when it is required (no default) and absent."""
        value = self.parameters.get(name, "")
        if value == "":
            if default is None:
                raise missing(name)
            return default
        try:
            return int(value)
        except ValueError:
            raise wrong(name) from None

    def echo(self, send: Callable[[], object]) -> None:
        """Let the event about our own writing leave before the answer, after it, or not at all."""
        when = self.community.profile.echo
        if when == "before":
            parcel = send()
            done = getattr(parcel, "done", None)
            if done is not None:
                done.wait(5)
        elif when == "after":
            self.afterwards.append(send)
