"""What every answer carries, what no request may fake, and what is never written to the log."""

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from incidents.rules.acts import Role
from incidents.settings import Settings
from incidents.web import assets, logs, security
from tests.web.conftest import AddPerson, Enter, opened, token


@pytest.fixture
def behind_https(settings: Settings) -> Iterator[FlaskClient]:
    changed = settings.model_copy(update={"public_url": "https://town.example", "trusted_proxies": 1})
    for app in opened(changed):
        app.add_url_rule("/healthz/seen", "health.seen", lambda: f"{request.remote_addr} {request.scheme}")
        yield app.test_client()


def test_no_page_allows_inline_scripts_styles_or_frames(app: Flask) -> None:
    for path in ("/sign-in", "/nothing", "/healthz", "/static/css/tokens.css"):
        headers = app.test_client().get(path, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Permissions-Policy" in headers


def test_cookies_are_for_the_browser_alone_and_over_https_secure(app: Flask, behind_https: FlaskClient) -> None:
    plain = app.test_client().get("/sign-in").headers
    assert "HttpOnly" in plain["Set-Cookie"]
    assert "SameSite=Lax" in plain["Set-Cookie"]
    assert "Secure" not in plain["Set-Cookie"]
    assert "Strict-Transport-Security" not in plain
    secure = behind_https.get("/sign-in").headers
    assert "Secure" in secure["Set-Cookie"]
    assert "max-age=63072000" in secure["Strict-Transport-Security"]


def test_forwarded_addresses_are_believed_only_behind_a_configured_proxy(app: Flask, behind_https: FlaskClient) -> None:
    forged = {"X-Forwarded-For": "6.6.6.6, 10.1.1.1", "X-Forwarded-Proto": "https"}
    app.add_url_rule("/healthz/seen", "health.seen", lambda: f"{request.remote_addr} {request.scheme}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("incidents.web.access.OPEN", frozenset({"health.seen"}))
        assert app.test_client().get("/healthz/seen", headers=forged).text == "127.0.0.1 http"
        # Our own proxy appended the last address; what stands before it was written by whoever asked.
        assert behind_https.get("/healthz/seen", headers=forged).text == "10.1.1.1 https"


def test_a_form_without_its_token_changes_nothing_and_says_why(enter: Enter, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    elena = enter("elena")
    answer = elena.post("/profile/sign-out-everywhere")
    assert answer.status_code == 400
    assert "Страница устарела" in answer.text
    assert elena.get("/profile").status_code == 200


def test_the_token_is_accepted_in_the_header_that_htmx_sends(enter: Enter, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    elena = enter("elena")
    sent = elena.post("/profile/sign-out-everywhere", headers={"X-CSRFToken": token(elena, "/profile")})
    assert sent.status_code == 302


def test_pages_are_not_kept_and_hashed_files_are_kept_for_a_year(app: Flask) -> None:
    def kept(path: str) -> str | None:
        return app.test_client().get(path, buffered=True).headers["Cache-Control"]

    name = "css/tokens.css"
    assert kept("/sign-in") == "no-store"
    assert kept(f"/static/{name}?v={assets.fingerprint(name)}") == assets.FOREVER
    assert kept(f"/static/{name}?v=older") != assets.FOREVER
    assert kept(f"/static/{name}") != assets.FOREVER


def test_a_request_id_is_echoed_when_sane_and_replaced_when_not(app: Flask) -> None:
    client = app.test_client()
    assert (
        client.get("/healthz", headers={"X-Request-ID": "proxy-12345678"}).headers["X-Request-ID"] == "proxy-12345678"
    )
    for odd in ("short", "x" * 65, "has space in it", '{"injected":1}'):
        echoed = client.get("/healthz", headers={"X-Request-ID": odd}).headers["X-Request-ID"]
        assert echoed != odd
        assert logs.SANE_ID.fullmatch(echoed)


def test_the_log_names_the_route_and_never_the_query(app: Flask) -> None:
    with capture_logs() as lines:
        app.test_client().get("/sign-in?next=/secret-word")
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/sign-in"]
    assert "secret-word" not in str(lines)


def test_a_failure_is_logged_by_its_kind_and_place_but_not_by_its_words() -> None:
    try:
        raise ValueError("Ирина, ул. Кирова, 40")
    except ValueError as error:
        line = json.dumps(logs.say_where(None, "error", {"event": "request failed", "exc_info": error}))
    assert "ValueError" in line
    assert "test_security.py" in line
    assert "Ирина" not in json.loads(line)["error"]
    assert "\\u0418" not in line


def test_the_log_of_a_process_is_json_also_for_other_libraries() -> None:
    script = """
        import logging
        from incidents.web import logs
        logs.configure("info")
        logs.log.info("request", status=200)
        logging.getLogger("sqlalchemy.pool").error("lost")
        logging.getLogger("sqlalchemy.pool").debug("not kept")
        try:
            raise ValueError("citizen's words")
        except ValueError:
            logging.getLogger("waitress").exception("failed")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["request", "lost", "failed"]
    assert [line["logger"] for line in lines] == ["incidents.web", "sqlalchemy.pool", "waitress"]
    assert lines[2]["error"] == "ValueError"
    assert "citizen" not in done.stderr


def test_the_log_never_holds_the_address_of_a_call_to_a_network() -> None:
    script = """
        import sys
        from incidents.networks.wire import open_client, post
        from incidents.web import logs
        logs.configure(sys.argv[1])
        with open_client() as client:
            post(client, "http://127.0.0.1:9/bot4242:letters/sendMessage", json={})
        import httpx2
        told = httpx2.MockTransport(lambda request: httpx2.Response(200))
        with httpx2.Client(transport=told) as client:
            post(client, "http://127.0.0.1:9/bot4242:letters/sendMessage", json={})
        logs.log.info("done")
    """
    for level in ("info", "debug"):
        command = [sys.executable, "-c", textwrap.dedent(script), level]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert [json.loads(line)["event"] for line in done.stderr.splitlines()] == ["done"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/nothing", "text/html"), ("/api/v1/nothing", "application/problem+json")],
)
def test_what_is_missing_is_said_in_the_form_the_asker_reads(app: Flask, path: str, kind: str) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 404
    assert answer.mimetype == kind
    assert "Здесь ничего нет" in ((answer.json or {})["title"] if answer.is_json else answer.text)


def test_an_error_for_htmx_is_a_fragment(app: Flask) -> None:
    answer = app.test_client().get("/nothing", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert 'class="alert alert-danger"' in answer.text


def test_a_body_beyond_a_megabyte_is_refused_in_words(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"login": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "Слишком много за один раз" in answer.text


def test_a_stumble_tells_its_number_and_not_its_cause(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble() -> str:
        raise RuntimeError("citizen's words")

    monkeypatch.setitem(app.view_functions, "health.process", stumble)
    with capture_logs() as lines:
        answer = app.test_client().get("/healthz", headers={"X-Request-ID": "abcdefgh-1"})
    assert answer.status_code == 500
    assert (answer.json or {})["instance"] == "urn:request:abcdefgh-1"
    assert "citizen" not in answer.text
    assert [line["log_level"] for line in lines if line["event"] == "request failed"] == ["error"]


def test_a_dead_database_is_named_and_everything_else_stands(app: Flask, enter: Enter, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    elena = enter("elena")

    def dead() -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.extensions, "incidents.sessions", dead)
        answer = elena.get("/profile")
        assert elena.get("/healthz").status_code == 200
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "База данных не отвечает" in answer.text


def test_signing_key_is_not_the_key_of_the_sources(settings: Settings) -> None:
    assert settings.key not in security.secret_of(settings)
    assert security.secret_of(settings) != security.secret_of(settings.model_copy(update={"key": "other"}))
