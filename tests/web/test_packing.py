"""What is sent is packed where the browser takes it, and is the same thing unpacked."""

import gzip

from flask import Flask

from incidents.rules.acts import Role
from tests.web.conftest import AddPerson, Enter

TAKES = {"Accept-Encoding": "gzip, deflate, br"}


def test_pages_and_sheets_are_packed_for_who_takes_it(app: Flask, add_person: AddPerson, enter: Enter) -> None:
    add_person("anna", Role.PRESS)
    client = enter("anna")
    sheet = "/static/vendor/bootstrap.min.css"
    for path in ("/profile", sheet):
        with client.get(path) as plain, client.get(path, headers=TAKES) as packed:
            assert "Content-Encoding" not in plain.headers
            assert packed.headers["Content-Encoding"] == "gzip"
            assert "Accept-Encoding" in packed.headers["Vary"]
            assert len(packed.data) * 2 < len(plain.data)
            assert int(packed.headers["Content-Length"]) == len(packed.data)
            assert path != sheet or gzip.decompress(packed.data) == plain.data


def test_what_is_small_packed_already_or_no_answer_stays_as_it_is(app: Flask) -> None:
    client = app.test_client()
    assert "Content-Encoding" not in client.get("/healthz", headers=TAKES).headers
    with client.get("/static/vendor/golos-text-latin-wght-normal.woff2", headers=TAKES) as font:
        assert "Content-Encoding" not in font.headers
        assert font.status_code == 200
    with client.get("/static/css/tokens.css") as sheet:
        known = sheet.headers["ETag"]
    with client.get("/static/css/tokens.css", headers={**TAKES, "If-None-Match": known}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_an_open_page_still_hears_that_nothing_has_changed(add_person: AddPerson, enter: Enter) -> None:
    add_person("anna", Role.PRESS)
    client = enter("anna")
    first = client.get("/notices/changes", headers=TAKES)
    again = client.get("/notices/changes", headers={**TAKES, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
