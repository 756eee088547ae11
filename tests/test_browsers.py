"""A real Chromium shows what a server on this machine says, and cannot look anywhere else."""

import pytest
from playwright.sync_api import Error, Page
from pytest_httpserver import HTTPServer

pytestmark = pytest.mark.browser


def test_a_page_of_this_machine_is_shown(page: Page, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(
        "<html lang='ru'><title>Обращения</title><h1>№ 27349</h1>", content_type="text/html; charset=utf-8"
    )
    page.goto(httpserver.url_for("/"))
    assert page.title() == "Обращения"
    assert page.get_by_role("heading").inner_text() == "№ 27349"
    assert page.evaluate("[innerWidth, navigator.language]") == [1366, "ru-RU"]


@pytest.mark.parametrize("address", ["https://api.vk.example/", "http://192.0.2.1/"])
def test_the_browser_leaves_this_machine_no_more_than_we_do(page: Page, address: str) -> None:
    with pytest.raises(Error, match=r"ERR_NAME_NOT_RESOLVED|ERR_ADDRESS_UNREACHABLE|ERR_CONNECTION"):
        page.goto(address, timeout=5000)
