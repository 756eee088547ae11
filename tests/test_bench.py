"""The benchmarks run from end to end in the smallest town there is; how fast anything was is nobody's business here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import databases
from bench.__main__ import BENCHES
from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
#: Processes are started and one is killed: the slower half of the benches.
PROCESSES = {"memory", "hooks", "alarm", "walk"}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", databases.KINDS)
def test_every_bench_prints_its_figures(kind: str) -> None:
    if kind == "postgresql" and not (postgres.given_server() or postgres.newest_binaries()):
        pytest.skip("no PostgreSQL here")
    # What starts processes is the same on both databases: once is enough to see that it has not rotted.
    names = [name for name in BENCHES if kind == "sqlite" or name not in PROCESSES]
    command = [sys.executable, "-m", "bench", *names, "--database", kind]
    # Growth needs two towns; where processes are started for each, one will do.
    sizes = "100" if kind == "sqlite" else "100,200"
    done = subprocess.run(
        [*command, "--sizes", sizes, "--seconds", "0.3", "--quick"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout)["figures"]
    assert [name for name in BENCHES if any(figure["bench"] == name for figure in figures)] == names
    assert {figure["database"] for figure in figures} == {kind}
    without_value = [figure for figure in figures if "value" not in figure]
    assert all("note" in figure["details"] for figure in without_value)
    assert [figure["details"]["note"] for figure in without_value] == []


def test_a_bench_that_is_not_there_is_refused_by_name() -> None:
    done = subprocess.run([sys.executable, "-m", "bench", "speed"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "there is no bench speed" in done.stderr
