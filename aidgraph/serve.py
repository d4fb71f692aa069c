"""The service on this machine: the interface under /api/v1, the pages under /board/."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import httpx
import polars as pl
import uvicorn
from a2wsgi import WSGIMiddleware
from fastapi.responses import RedirectResponse
from rich.table import Table

from aidgraph.decided_then import NoSuchDecisionError, decided_then, decision_of
from aidgraph.graph_steps import mend
from aidgraph.road import KEPT, Road
from aidgraph.say import DATA, TALK, data, step
from api.main import PREFIX, create_app
from api.service import Latest, Service, State
from audit.users import everyone, make_demo_users
from dashboards.app import create
from graph_loader.origins import origins
from matching.reasons import to_json
from matching.run import load_run, runs
from ontology.regions import LEVELS
from ontology.vocabulary import HOUSEHOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi import FastAPI

    from aidgraph.settings import Settings
    from audit.users import DemoUser

BOARD: Final = "/board/"
WORKERS: Final = 40
PATIENCE: Final = 30.0


def run(road: Road, port: int, *, as_json: bool = False) -> None:
    """Serve until stopped; users are made, and told once, at the first start."""
    where = f"http://{road.settings.host}:{port}"
    if road.settings.as_of:
        road.run  # noqa: B018 - without a run of that day there is nothing to serve
    users = first_users(road)
    if as_json:
        data({"pages": where + BOARD, "api": where + PREFIX, "users": list(map(asdict, users))})
    elif users:
        table = Table("sign in as", "role", "password", title="shown this once")
        for user in users:
            table.add_row(user.login, user.role, user.password)
        DATA.print(table)
    if audited(road.settings) is None:
        TALK.print(
            "nothing to show yet: `make demo`, or `aidgraph load`, `match`, `project`, `audit`"
        )
    else:
        mend(of_audited(road))
    with step("open") as this:
        app = application(road, where)
        shown = audited(road.settings)
        this(load_run(road.settings.runs, shown[0]).told if shown else "no run yet")
    TALK.print(f"pages    [bold]{where}{BOARD}[/bold]\nAPI      {where}{PREFIX}/openapi.json")
    try:
        uvicorn.run(app, host=road.settings.host, port=port, log_level="warning")
    finally:
        road.store.close()


def application(road: Road, where: str) -> FastAPI:
    """The interface with the pages mounted beside it; `where` is how the pages reach it."""
    latest = Latest(lambda: audited(road.settings), lambda: state(of_audited(road)))
    service = Service(road.records, road.pack, road.questions, latest, road.settings.keys)
    latest()
    return create_app(service, also=board(where))


def of_audited(road: Road) -> Road:
    """The installation as the newest run whose findings are kept saw it, by the same store."""
    newest = Road(road.settings)
    newest.store = road.store
    told = audited(road.settings)
    if told is not None:
        newest.run = load_run(road.settings.runs, told[0])
    return newest


def audited(settings: Settings) -> tuple[str, int] | None:
    """The newest run whose findings are kept, and when they were; none before the first.

    Where settings name a day, of the runs of that day.
    """
    done = [
        (told.stat().st_mtime_ns, run.id)
        for run in runs(settings.runs)
        if settings.as_of in (None, run.as_of) and (told := settings.runs / run.id / KEPT).exists()
    ]
    return (max(done)[1], max(done)[0]) if done else None


def board(where: str) -> Callable[[FastAPI], None]:
    """What mounts the pages."""

    def mount(app: FastAPI) -> None:
        http = httpx.Client(base_url=f"{where}{PREFIX}", timeout=PATIENCE, trust_env=False)
        pages = create(http, BOARD)
        app.mount(BOARD.rstrip("/"), WSGIMiddleware(pages.server, workers=WORKERS))  # type: ignore[arg-type]
        app.add_api_route("/", lambda: RedirectResponse(BOARD), include_in_schema=False)

    return mount


def state(road: Road) -> State:
    """What the latest run knows, opened once."""
    made = road.settings.runs / road.run.id / "run.json"

    def reasons(household: str, lang: str) -> dict[str, Any]:
        told: dict[str, Any] = to_json(road.explain(household, "en" if lang == "en" else "zh"))
        return told

    def then(unit: str, programme: str | None, number: str | None, lang: str) -> dict[str, Any]:
        try:
            asked = decision_of(road, unit, programme, number)
        except NoSuchDecisionError as none:
            raise LookupError(str(none)) from none
        return decided_then(road, asked, "en" if lang == "en" else "zh")

    def places(named: Sequence[str]) -> list[dict[str, Any]]:
        return origins(road.read, list(named)).to_dicts()

    return State(
        run=road.run,
        made_at=datetime.fromtimestamp(made.stat().st_mtime, UTC).isoformat(),
        decisions=road.decisions,
        store=road.steady,
        lacks={skipped.question: skipped.lacks for skipped in road.findings.not_checked},
        explain=reasons,
        origins=places,
        facts=road.figure_facts(),
        decided_then=then,
    )


def regions(road: Road) -> pl.Series:
    """Where each household is handled; of a large county that is decided, by its decisions."""
    if not (road.large and road.runs()):
        return road.population.households["region"]
    homes = road.decisions.filter(pl.col("unit") == HOUSEHOLD)
    return homes.filter(pl.col("programme") == pl.col("programme").first())["region"]


def first_users(road: Road) -> list[DemoUser]:
    """The demonstration's users, made where there is nobody yet, with their passwords.

    Where no household is known yet nobody is made: an office without a place would see them all.
    """
    if everyone(road.records):
        return []
    home = regions(road).drop_nulls()
    township = home.mode().sort().first() if home.len() else None
    if township is None and road.pack.regions.by_code:
        TALK.print("no users yet: they are made when households are known, or `aidgraph users add`")
        return []
    upward = list(road.pack.regions.upward(str(township) if township else None))
    level = {code: LEVELS.index(road.pack.regions.by_code[code].level) for code in upward}
    county = next((c for c in upward if level[c] == LEVELS.index("county")), "")
    return make_demo_users(road.records, region=county, township=str(township or ""))
