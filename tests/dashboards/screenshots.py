"""Pictures of the pages for the documentation: `python -m tests.dashboards.screenshots`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect, sync_playwright

from aidgraph.monthly import decide_from
from aidgraph.road import Road
from aidgraph.settings import Settings
from tests.dashboards.conftest import FLAGS, NAMES
from tests.dashboards.county import AS_OF, ROOT, enrol, serving, settled, walk
from tests.dashboards.reader import Reader
from tests.dashboards.test_story import (
    ON_FIGURE,
    instruct_on_a_row,
    instruct_on_the_figure,
    the_inspector_accepts,
    the_leader_closes,
    the_office_reports,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.dashboards.county import Place

FOLDER: Final = ROOT / "docs" / "screenshots"
HOUSEHOLDS: Final = 5000
WIDE, HIGH = 1366, 900
LARGEST: Final = 300_000  # bytes a picture may have


def main() -> None:
    """Go through the story on a county of the demo's size, and take a picture of each page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = next(path for name in NAMES if (path := shutil.which(name)))
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        place = settled(Path(home), HOUSEHOLDS)
        decide_months(place)
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        story(place, browser)
        with serving(place), Reader(browser, place, WIDE, HIGH) as reader:
            pictures(reader)
        browser.close()
    for file in sorted(FOLDER.glob("*.png")):
        size = file.stat().st_size
        sys.stdout.write(f"{file.relative_to(ROOT)}  {size:,} bytes\n")
        if size > LARGEST:
            raise SystemExit(f"{file.name} is larger than {LARGEST:,} bytes.")


def story(place: Place, browser: Browser) -> None:
    """An instruction on a figure and one on a row, both closed with then and now."""
    with serving(place), Reader(browser, place, WIDE, HIGH) as reader:
        reader.open()
        reader.sign_in("leader")
        cohort = instruct_on_the_figure(reader)
        household = instruct_on_a_row(reader)
        reader.sign_out()
        the_office_reports(reader, household)
        the_inspector_accepts(reader)
    enrol(place, household)
    walk(place.home)
    decide_months(place)
    with serving(place), Reader(browser, place, WIDE, HIGH) as reader:
        the_leader_closes(reader, cohort)


def decide_months(place: Place) -> None:
    """The last two years, of which graph and figures then tell."""
    road = Road(Settings(home=place.home, as_of=AS_OF))
    decide_from(
        road, AS_OF.replace(year=AS_OF.year - 2, month=AS_OF.month + 1, day=1), AS_OF, quiet
    )
    road.project(quiet)
    road.audit()
    road.store.close()
    road.records.close()


def quiet(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
    del step, done, total


def pictures(reader: Reader) -> None:
    """Each page as a leader sees it; Overview in English too."""
    reader.open()
    reader.sign_in("leader")
    take(reader, "overview")
    reader.go("应救未救")
    reader.at('.ag-center-cols-container [row-index="2"]').click()
    reader.sees("政策条文", within=".panel")
    take(reader, "gaps")
    reader.click("打开家庭")
    expect(reader.at("#household-tree h2")).to_be_visible()
    expect(reader.at("#household-graph canvas").first).to_be_visible()
    take(reader, "household")
    reader.go("重复享受")
    reader.at('.ag-center-cols-container [row-index="1"]').click()
    reader.click("打开家庭")
    expect(reader.at("#household-graph canvas").first).to_be_visible()
    reader.at("#household-paid").scroll_into_view_if_needed()
    reader.page.mouse.wheel(0, 2 * HIGH)
    take(reader, "household.below")
    reader.go("批示")
    reader.at(".pick").get_by_text(ON_FIGURE).click()
    reader.sees(ON_FIGURE, within=".quote")
    take(reader, "instructions")
    reader.go("总览")
    reader.click("English")
    reader.sees("Suspected gaps")
    take(reader, "overview.en")


def take(reader: Reader, name: str) -> None:
    """One picture, once everything stands still."""
    reader.page.wait_for_load_state("networkidle")
    reader.page.mouse.move(0, HIGH - 1)
    reader.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
