"""The tracker with which a city administration answers what its citizens write in social networks.

The map of the house, from the ground up; imports go down only (tests/test_layout.py):

    rules/       floor 0  pure rules on plain values: lifecycle, calendar, clock, norms, topics
    records/     floor 1  what is kept: SQLAlchemy models, one file a subject
    networks/    floor 1  one file a network: read(payload) -> events, send(answer) -> receipt
    flow/        floor 2  the verbs, a module a step of an appeal's way, and the gate they all pass
    statistics/  floor 2  the reading side: every figure has one definition
    web/ scheduler.py simulator/   floor 3  the doors: they load, ask, call one verb, commit, tell
    cli.py demo/ floor 4  the `incidents` command and the believable town
"""

from pathlib import Path

__version__ = "0.1.0"

_PACKAGE = Path(__file__).resolve().parent

#: The folder that holds templates/, migrations/ and config.example.toml: beside the package in a checkout, inside it in a wheel.
HOME = _PACKAGE if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent
