"""Closed unless a line says otherwise: every route and every role, and the stranger."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from incidents.rules.acts import Role
from incidents.web import access, api
from tests.web.conftest import AddPerson, Enter, send


@pytest.mark.parametrize("role", list(Role))
def test_every_page_opens_to_the_roles_of_its_line_and_to_nobody_else(
    app: Flask, enter: Enter, add_person: AddPerson, role: Role
) -> None:
    add_person("somebody", role)
    client = enter("somebody")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in access.OPEN or rule.endpoint.partition(".")[0] in access.BY_TOKEN:
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            status = client.open(address_of(app, rule), method=method).status_code
            if rule.endpoint == "sign_in.leave":
                client = enter("somebody")
            # Let in, a page may answer what it likes: a list, 404 for a row that is not there, 400 for a form without a token.
            assert (status == 403) is not access.may(role, rule.endpoint), (rule.endpoint, method, role, status)


@pytest.mark.parametrize("role", list(Role))
def test_no_role_opens_the_doors_of_other_programs(app: Flask, enter: Enter, add_person: AddPerson, role: Role) -> None:
    add_person("somebody", role)
    client = enter("somebody")
    for rule in app.url_map.iter_rules():
        is_open = rule.endpoint in access.OPEN | api.OPEN
        if rule.endpoint.partition(".")[0] in access.BY_TOKEN and not is_open:
            for method in {"GET", "POST"} & (rule.methods or set()):
                assert client.open(address_of(app, rule), method=method).status_code == 401, (rule.endpoint, method)


def address_of(app: Flask, rule: Rule) -> str:
    """The address of a route, with a row that is not there wherever it asks for one."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        values[name] = next(iter(getattr(converter, "items", ())), None) or 999
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def test_every_endpoint_has_a_line_and_every_line_an_endpoint(app: Flask) -> None:
    endpoints = set(app.view_functions)
    families = {endpoint.partition(".")[0] for endpoint in endpoints}
    uncovered = {
        endpoint
        for endpoint in endpoints - access.OPEN
        if endpoint.partition(".")[0] not in access.BY_TOKEN and not any(access.may(role, endpoint) for role in Role)
    }
    assert uncovered == set()
    assert {line for line in access.ROLES if line not in endpoints | families} == set()
    assert endpoints >= access.OPEN


def test_an_endpoint_without_a_line_is_refused_to_all(app: Flask, enter: Enter, add_person: AddPerson) -> None:
    app.add_url_rule("/forgotten", "forgotten.page", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 302
    for role in Role:
        add_person(f"p-{role}", role)
        answer = enter(f"p-{role}").get("/forgotten")
        assert answer.status_code == 403
        assert "secret" not in answer.text


def test_a_page_of_another_role_says_so_in_a_sentence(enter: Enter, add_person: AddPerson) -> None:
    add_person("anna", Role.PRESS)
    answer = enter("anna").get("/components")
    assert answer.status_code == 403
    assert "Эта страница для другой роли" in answer.text


def test_a_stranger_gets_401_from_the_api_and_a_sign_in_page_from_pages(app: Flask) -> None:
    app.add_url_rule("/api/v1/closed", "closed.page", lambda: "secret")
    answer = app.test_client().get("/api/v1/closed")
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert send(app.test_client(), "/sign-out").location.startswith("/sign-in")
