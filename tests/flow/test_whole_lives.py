"""Whatever happens to an appeal, in whatever order: the stored minutes are those of its journal, and no verdict is lost."""

import hypothesis
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.flow.lives import enact_all_clocks
from tests.flow.whole_lives import Lives

LENGTH = hypothesis.settings(
    # A life of thirty acts takes minutes to make shorter; Hypothesis prints its acts as they are.
    phases=[hypothesis.Phase.generate],
    max_examples=10,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(hypothesis.HealthCheck),
)


def test_whole_lives_are_counted_alike_from_the_journal_at_any_time(
    engine: Engine, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    enact_all_clocks(session)
    session.close()
    told = {"engine": engine, "cast": cast, "town": town, "settings": settings}
    run_state_machine_as_test(type("TheseLives", (Lives,), told), settings=LENGTH)
