"""The same pages in English, by keyboard; nothing of the frame stays Chinese."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from dashboards.words import table
from tests.dashboards.county import serving

if TYPE_CHECKING:
    from tests.dashboards.conftest import Sit
    from tests.dashboards.county import Place

PAGES = {
    "Gaps": "findings",
    "Duplicates": "findings",
    "Suspicions": "findings",
    "Household": "Open a household from a list",
    "Instructions": "within your scope",
    "Overview": "Suspected gaps",
}


def test_the_pages_speak_english_and_answer_to_the_keyboard(place: Place, sit: Sit) -> None:
    with serving(place), sit(1920, 1080) as reader:
        reader.open()
        reader.click("English")
        expect(reader.at("html")).to_have_attribute("lang", "en")
        reader.at("#shell-login").fill("leader")
        reader.at("#shell-password").fill("not the password")
        reader.page.keyboard.press("Enter")
        reader.sees("do not belong together", within="#shell-wrong")
        reader.sign_in("leader")
        for name, says in PAGES.items():
            reader.go(name)
            reader.sees(says)
            assert chinese(reader.at("body").inner_text()) == set()
        button = reader.at("#overview-covered").get_by_role("button", name="Give an instruction")
        button.focus()
        reader.page.keyboard.press("Enter")
        reader.sees("frozen with the instruction", within=".ant-modal")
        expect(reader.at("#give-words")).to_be_focused()
        reader.page.keyboard.press("Escape")
        expect(reader.at(".ant-modal-wrap").first).to_be_hidden()
        reader.open("/household?id=H99999999&purpose=nobody+lives+here")
        reader.sees("Not there, or not within your scope.")


def chinese(shown: str) -> set[str]:
    """Phrases of the Chinese table that stand on an English page."""
    phrases = {said["zh"] for said in table().values() if said["zh"] != said["en"]}
    whole = {phrase for phrase in phrases if not re.search(r"[{}A-Za-z/]", phrase)}
    lines = {line.strip() for line in re.split(r"[\n·]", shown)}
    return lines & (whole - {table()["other_language"]["en"]})
