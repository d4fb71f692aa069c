"""Somebody who reads the pages: what one sees and clicks, by the names that are on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from typing import Self

    from playwright.sync_api import Browser, Locator, Route

    from tests.dashboards.county import Place

SLOWEST = 60_000  # milliseconds; a busy machine is not a broken page


class Reader:
    """A browser of one's own, whose requests stay on this machine."""

    def __init__(self, chromium: Browser, place: Place, width: int, height: int) -> None:
        self.place = place
        self.outside: list[str] = []
        self.stumbles: list[str] = []
        self.context = chromium.new_context(
            locale="zh-CN", viewport={"width": width, "height": height}
        )
        self.context.set_default_timeout(SLOWEST)
        self.context.route("**/*", self.guard)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.stumbles.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.stumbles.append(said.text) if said.type == "error" else None,
        )
        expect.set_options(timeout=SLOWEST)

    def guard(self, route: Route) -> None:
        """Let through what stays here; note and refuse the rest."""
        asked = route.request.url
        if asked.startswith((self.place.url, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(asked)
            route.abort()

    def open(self, path: str = "/") -> None:
        """An address, typed."""
        self.page.goto(f"{self.place.url}/board{path}")

    def sign_in(self, login: str) -> None:
        self.page.locator("#shell-login").fill(login)
        self.page.locator("#shell-password").fill(self.place.passwords[login])
        self.page.locator("#shell-password").press("Enter")
        expect(self.page.locator("header .who")).to_be_visible()

    def sign_out(self) -> None:
        self.page.locator("#shell-leave").click()
        expect(self.page.locator("#shell-login")).to_be_visible()

    def go(self, name: str) -> None:
        """A page by its name in the top line."""
        self.page.locator("header nav").get_by_text(name, exact=True).click()
        expect(self.page.locator("h1").first).to_contain_text(name)

    def click(self, name: str, *, within: str = "body") -> None:
        """A button by what it says."""
        self.page.locator(within).get_by_role("button", name=name, exact=True).first.click()

    def sees(self, text: str, *, within: str = "body") -> None:
        expect(self.page.locator(within).first).to_contain_text(text)

    def at(self, where: str) -> Locator:
        return self.page.locator(where)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()
