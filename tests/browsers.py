"""The Chromium of the tests: Debian's own, driven by pytest-playwright, with no way out of this machine.

It stands beside tests/seals.py, which cannot reach into another process. A test that asks for `page` or `context` is marked `browser`.
"""

import os
import shutil
from typing import Any

import pytest

#: Chromium without the window around the page, which no test looks at and which takes three times the processor; the
#: pictures of the guides show what it draws itself (with chromium-l10n in Russian).
SHELL, WHOLE = "chromium-headless-shell", ("chromium", "chromium-browser")
#: An office's screen; a test that means a phone sets its own.
OFFICE = {"width": 1366, "height": 768}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How the browser is started; where there is none the test is skipped, and in CI it fails."""
    path = next(filter(None, map(shutil.which, WHOLE if os.environ.get("PICTURES") else (SHELL, *WHOLE))), None)
    if path is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"no Chromium: apt-get install {SHELL}")
        pytest.skip(f"no Chromium here: apt-get install {SHELL}")
    arguments = [
        "--lang=ru",
        "--disable-background-networking",
        "--disable-component-update",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox refuses to be root
    # What the browser draws itself, a field for a date above all, speaks Russian as in the office (with chromium-l10n).
    russian = {**os.environ, "LANGUAGE": "ru"}
    return {**browser_type_launch_args, "executable_path": path, "args": arguments, "env": russian}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """What a page sees of its reader: a clerk of the town at an office's screen."""
    return {**browser_context_args, "viewport": OFFICE, "locale": "ru-RU", "timezone_id": "Asia/Vladivostok"}
