"""The command line: one line a step, JSON for machines, exit 1 for refusals, 2 for a slip."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path  # noqa: TC003 - typer reads it while running
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.markup import escape

from aidgraph.cli_explain import explain_unit
from aidgraph.cli_links import link_app, linked
from aidgraph.cli_months import decide_months, months
from aidgraph.cli_records import journal_app, users_app
from aidgraph.graph_steps import decided_anew, mend, project_step
from aidgraph.options import (
    AsOf,
    Engines,
    Home,
    Households,
    Json,
    KnownAt,
    Lang,
    PackPath,
    opened,
    pack_folder,
)
from aidgraph.say import DATA, TALK, data, step
from aidgraph.store_commands import store_app

if TYPE_CHECKING:
    from aidgraph.options import Engine
    from aidgraph.road import Road

app = typer.Typer(
    name="aidgraph",
    help="Finds who qualifies for which public programme, who misses out, and who is paid twice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
pack_app = typer.Typer(help="Packs: the folders that are jurisdictions.", no_args_is_help=True)
county_app = typer.Typer(help="The synthetic county.", invoke_without_command=True)
for name, part in (
    ("pack", pack_app),
    ("county", county_app),
    ("users", users_app),
    ("journal", journal_app),
    ("store", store_app),
    ("link", link_app),
):
    app.add_typer(part, name=name)

DEMO_AS_OF: Final = date(2026, 10, 31)
SEED: Final = 20261031


@county_app.callback()
def county(
    context: typer.Context,
    *,
    households: Households = 5000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = SEED,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make the county's departmental files, and the truth planted in them."""
    if context.invoked_subcommand is None:
        told = _county(opened(home), households, seed)
        if as_json:
            data(told)


def _county(road: Road, households: int, seed: int) -> dict[str, Any]:
    from demo.county import make

    with step("county") as this:
        made = make(road.settings.home, households=households, seed=seed)
        this(
            f"{made.households:,} households, {made.people:,} people in {made.files} files, "
            f"{made.rows:,} rows; {made.planted} planted, {made.near_misses} near misses"
        )
    told: dict[str, Any] = made.to_json()
    return told


@county_app.command("check")
def county_check(
    *,
    households: Households = 5000,
    scenarios: Annotated[
        tuple[Path, Path] | None, typer.Option(help="Further FACTS.csv and TRUTH.csv.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="[default: a folder of its own]")] = None,
    as_json: Json = False,
) -> None:
    """Make a county, go the whole road, and score what was found against what was planted."""
    from aidgraph.county_check import check, show

    settings = opened(home).settings
    if home is not None and settings.lake.exists():
        says = (
            f"{home} holds a county that was loaded; a check starts from nothing: name a new folder"
        )
        raise typer.BadParameter(says, param_hint="--home")
    told = check(settings, households, [scenarios] if scenarios else [], keep=home)
    if as_json:
        data(told)
    else:
        DATA.print(show(told))
    if told["wrong"]:
        raise typer.Exit(1)


@app.command("load")
def load_files(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files, folders or archives.")] = None,
    *,
    pack: PackPath = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read, check and store departments' files, and link who is who."""
    road = opened(home, pack)
    told = _load(road, paths or [road.settings.files])
    if as_json:
        data(told)
    limit = road.settings.refused_limit
    if told["refused"] > told["read"] * limit:
        TALK.print(f"[red]more than {limit:.0%} of the rows were refused[/red]")
        raise typer.Exit(1)
    if told["files"] and all(file["status"] == "refused" for file in told["files"]):
        TALK.print("[red]no file could be loaded[/red]")
        raise typer.Exit(1)


def _load(road: Road, paths: list[Path]) -> dict[str, Any]:
    with step("load") as this:
        told = road.load(paths, this.advance)
        this(
            f"{len(told.files)} files, {told.read:,} rows: {told.accepted:,} accepted, "
            f"{told.refused:,} refused, {told.new:,} new"
            + (f", {told.withdrawn:,} withdrawn" if told.withdrawn else "")
        )
    if not told.files:
        raise typer.BadParameter(f"no files in {', '.join(map(str, paths))}")
    for file in told.files_refused:
        TALK.print(f"         [yellow]refused[/yellow] {escape(f'{file.name}: {file.says}')}")
    linked(road)
    names = ("load", "version", "read", "accepted", "refused", "repeated", "withdrawn", "new")
    return {name: getattr(told, name) for name in names} | {
        "files": [asdict(file) for file in told.files]
    }


@app.command("match")
def match_everyone(
    *,
    pack: PackPath = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    engine: Engines = "local",
    everyone: Annotated[
        bool, typer.Option("--everyone", help="Anew, also whom no changed fact touches.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Decide every household and person against every programme.

    Whom no fact that changed since the last run touches is taken over from it.
    """
    road = opened(home, pack, as_of, known_at)
    _match(road, engine, everyone=everyone)
    if as_json:
        data(asdict(road.run) | {"anew": asdict(road.anew)})


def _match(road: Road, engine: Engine = "local", *, everyone: bool = False) -> None:
    with step("match") as this:
        run = road.match(this.advance, engine, everyone=everyone)
        eligible = sum(of.get("eligible", 0) for of in run.counts.values())
        unknown = sum(of.get("undetermined", 0) for of in run.counts.values())
        this(
            f"{len(run.counts)} programmes, as of {run.as_of}: {eligible:,} qualify, "
            f"{unknown:,} not yet known"
        )
    TALK.print(f"         {decided_anew(road.anew)}")


app.command("months")(decide_months)


@app.command("project")
def project_graph(
    *,
    pack: PackPath = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Write the graph that lake and run make."""
    told = project_step(opened(home, pack, as_of, known_at))
    if as_json:
        data(asdict(told))


@app.command("audit")
def audit_graph(
    *, pack: PackPath = None, home: Home = None, as_of: AsOf = None, as_json: Json = False
) -> None:
    """Ask every audit question of the graph, and keep what was found."""
    road = opened(home, pack, as_of)
    told = _audit(road)
    if as_json:
        data(told)


def _audit(road: Road) -> dict[str, Any]:
    mend(road)
    with step("audit") as this:
        kept = road.audit()
        found = road.findings.frame.height
        asked = len(road.findings.asked)
        this(
            f"{asked} of {len(road.questions)} questions asked, {found:,} findings: "
            f"{kept.new:,} new, {kept.changed:,} changed, {kept.cleared:,} cleared"
        )
    for how, made, question, unit, programme in kept.moved:
        TALK.print(f"         {how:8} {question}  {unit}  {programme or '—'}  {made}")
    return asdict(kept) | {"moved": [one._asdict() for one in kept.moved]}


@app.command("report")
def print_report(
    *,
    pack: PackPath = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    lang: Lang = "zh",
    as_json: Json = False,
) -> None:
    """Print what was loaded, decided and found; write report.html and report.xlsx."""
    _report(opened(home, pack, as_of, known_at), lang, as_json=as_json)


def _report(road: Road, lang: str, *, as_json: bool = False) -> None:
    from audit.report import show, to_json
    from audit.report_files import write

    mend(road)
    with step("report") as this:
        report = road.report()
        files = write(report, road.settings.report)
        this(" · ".join(map(str, files)))
    if as_json:
        data(to_json(report))
    else:
        DATA.print(show(report, lang))


app.command("explain")(explain_unit)


@pack_app.command("check")
def pack_check(
    path: Annotated[Path, typer.Argument(help="A pack's folder, or china or hmis.")],
    *,
    as_json: Json = False,
) -> None:
    """List all faults of a pack with file and line, and run its worked cases."""
    from aidgraph.pack_check import check, show

    told = check(pack_folder(path))
    if as_json:
        data(told)
    else:
        DATA.print(show(told))
    if told["faults"] or not all(case["ok"] for case in told["cases"]):
        raise typer.Exit(1)


@app.command("demo")
def demo(
    *,
    households: Households = 5000,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make the county, go the whole road, print the report."""
    as_of = datetime.combine(DEMO_AS_OF, datetime.min.time())
    road = opened(home, as_of=as_of)
    _county(road, households, SEED)
    _load(road, [road.settings.files])
    _match(road)
    months(road)
    project_step(road)
    _audit(road)
    _report(road, "zh", as_json=as_json)
    TALK.print(
        "next: [bold]make serve[/bold] opens the pages; `aidgraph explain HOUSEHOLD` tells why"
    )


@app.command("serve")
def serve(
    *,
    pack: PackPath = None,
    home: Home = None,
    as_of: AsOf = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="[default: 8050]")] = None,
    as_json: Json = False,
) -> None:
    """Serve pages and API on this machine; prints where and as whom to sign in.

    With --as-of: of the run of that day whose findings were kept last.
    """
    from aidgraph.serve import run

    road = opened(home, pack, as_of)
    run(road, port or road.settings.port, as_json=as_json)


def main() -> None:
    """Run the command line; a slip or a fault is one line and a number, not a trace."""
    from aidgraph.slips import SLIPS, told

    try:
        sys.exit(app(prog_name="aidgraph", standalone_mode=False))
    except SLIPS as slip:
        TALK.print(told(slip), style="red", markup=False, soft_wrap=True)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
