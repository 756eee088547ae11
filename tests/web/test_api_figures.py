"""What other programs are told of the calls, and the figures they read: the pages' own."""

from datetime import UTC, datetime

from tests.web.conftest import Call
from tests.web.test_api import APPEALS, appeal


def test_the_description_names_every_call_and_every_promised_field(call: Call) -> None:
    described = call("GET", "/openapi.json").json
    assert described is not None
    assert set(described["paths"]) == {
        "/api/v1/appeals",
        "/api/v1/appeals/{number}",
        "/api/v1/appeals/{number}/acts",
        "/api/v1/appeals/{number}/extension",
        "/api/v1/appeals/{number}/forwarding",
        "/api/v1/appeals/{number}/passport",
        "/api/v1/statistics/period",
        "/api/v1/statistics/years",
        "/api/v1/statistics/years/{year}",
    }
    names = {name.rpartition(".")[2]: schema for name, schema in described["components"]["schemas"].items()}
    given = next(schema for name, schema in names.items() if name.startswith("AppealGiven"))
    assert set(given["properties"]) == {
        "external_id", "network", "text", "author", "permalink", "posted_at", "received_at", "topic", "address",
        "kind", "registered_on", "document_number",
    }  # fmt: skip


def test_the_yearly_figures_are_the_pages_own(call: Call) -> None:
    call("POST", APPEALS, "intake", json=appeal())
    year = datetime.now(UTC).astimezone().year
    told = call("GET", "/api/v1/statistics/years", "read").json
    assert told is not None
    assert told["total"] == 1
    assert set(told["years"][0]) == {"year", "received", "in_time", "late", "waiting", "growth_percent", "imported"}
    one = call("GET", f"/api/v1/statistics/years/{told['years'][0]['year']}", "read").json
    assert one is not None
    assert set(one) == {
        "year",
        "received",
        "in_time",
        "late",
        "waiting",
        "rejected",
        "answered_in_period",
        "median_minutes",
        "p90_minutes",
        "months",
        "groups",
        "departments",
        "networks",
        "other_kinds",
    }
    assert len(one["months"]) == 12
    assert abs(told["years"][0]["year"] - year) <= 1
