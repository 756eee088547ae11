"""What one run of the benchmarks has to go by: the database, the sizes, the time, and the towns it has filled."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench import databases
from bench.stories import shape
from bench.town import Town, founded


@dataclass(slots=True)
class Plan:
    """One database kind. Towns are filled when they are first asked for, and shared by the benches after that."""

    make: databases.Maker
    stack: ExitStack
    sizes: tuple[int, ...]
    #: How long one round of load lasts.
    seconds: float
    #: The shortest run that still passes through everything.
    is_quick: bool
    say: Callable[[str], None]
    #: How many appeals of a town are open, if it has as many.
    most_open: int
    towns: dict[int, Town] = field(default_factory=dict)

    def town(self, size: int) -> Town:
        """The town of this size."""
        if size not in self.towns:
            self.towns[size] = self.stack.enter_context(
                founded(self.make(f"town_{size}"), shape(size, self.most_open), self.say)
            )
        return self.towns[size]

    def rounds(self, usual: int) -> int:
        """How often something is repeated."""
        return 1 if self.is_quick else usual
