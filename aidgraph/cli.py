"""The command line: one line a step, JSON for machines, exit 1 for refusals, 2 for a slip."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aidgraph.say import DATA, TALK, data, step
from aidgraph.settings import Settings

if TYPE_CHECKING:
    from aidgraph.road import Road
    from ontology.to_text import Language

app = typer.Typer(
    name="aidgraph",
    help="Finds who qualifies for which public programme, who misses out, and who is paid twice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
pack_app = typer.Typer(help="Packs: the folders that are jurisdictions.", no_args_is_help=True)
county_app = typer.Typer(help="The synthetic county.", invoke_without_command=True)
users_app = typer.Typer(help="Who may sign in.", no_args_is_help=True)
journal_app = typer.Typer(help="The journal of reads and changes.", no_args_is_help=True)
store_app = typer.Typer(help="The graph store.", no_args_is_help=True)
for name, part in (
    ("pack", pack_app),
    ("county", county_app),
    ("users", users_app),
    ("journal", journal_app),
    ("store", store_app),
):
    app.add_typer(part, name=name)

DEMO_AS_OF = date(2026, 10, 31)
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Home = Annotated[Path | None, typer.Option(help="Where everything is kept. [default: var]")]
PackPath = Annotated[str | None, typer.Option("--pack", help="A pack's folder, or china or hmis.")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to decide for.")]
PACKS = Path(__file__).resolve().parent.parent / "ontology" / "packs"


def opened(
    home: Path | None = None, pack: str | None = None, as_of: datetime | None = None
) -> Road:
    """The installation that the options name, the rest from the environment."""
    from aidgraph.road import Road

    said: dict[str, Any] = {}
    if home is not None:
        said["home"] = home
    if pack is not None:
        said["pack"] = PACKS / pack if (PACKS / pack).is_dir() else Path(pack)
    if as_of is not None:
        said["as_of"] = as_of.date()
    return Road(Settings(**said))


@county_app.callback()
def county(
    context: typer.Context,
    *,
    households: Annotated[int, typer.Option(help="How many ordinary families.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 20261031,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make the county's departmental files, and the truth planted in them."""
    if context.invoked_subcommand is None:
        _county(opened(home), households, seed, as_json=as_json)


def _county(road: Road, households: int, seed: int, *, as_json: bool = False) -> None:
    from demo.county import make

    with step("county") as this:
        made = make(road.settings.home, households=households, seed=seed)
        this(
            f"{made.households:,} households, {made.people:,} people in {made.files} files, "
            f"{made.rows:,} rows; {made.planted} planted, {made.near_misses} near misses"
        )
    if as_json:
        data(made.to_json())


@county_app.command("check")
def county_check(
    *,
    households: Annotated[int, typer.Option(help="How many ordinary families.")] = 5000,
    scenarios: Annotated[
        tuple[Path, Path] | None, typer.Option(help="Further FACTS.csv and TRUTH.csv.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="[default: a folder of its own]")] = None,
    as_json: Json = False,
) -> None:
    """Make a county, go the whole road, and score what was found against what was planted."""
    from aidgraph.county_check import check, show

    told = check(opened(home).settings, households, [scenarios] if scenarios else [], keep=home)
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
    if told["read"] and told["refused"] > told["read"] * road.settings.refused_limit:
        TALK.print(
            f"[red]more than {road.settings.refused_limit:.0%} of the rows were refused[/red]"
        )
        raise typer.Exit(1)


def _load(road: Road, paths: list[Path]) -> dict[str, Any]:
    with step("load") as this:
        told = road.load(paths, this.advance)
        this(
            f"{len(told.files)} files, {told.read:,} rows: {told.accepted:,} accepted, "
            f"{told.refused:,} refused, {told.new:,} new"
            + (f", {told.withdrawn:,} withdrawn" if told.withdrawn else "")
        )
    for file in told.files_refused:
        TALK.print(f"         [yellow]refused[/yellow] {file.name}: {file.notes}")
    _link(road)
    names = ("load", "version", "read", "accepted", "refused", "repeated", "withdrawn", "new")
    return {name: getattr(told, name) for name in names} | {
        "files": [asdict(file) for file in told.files]
    }


def _link(road: Road) -> dict[str, Any]:
    with step("link") as this:
        linked = road.link()
        this(f"{linked.people:,} people, {linked.households:,} households")
    return asdict(linked)


@app.command("link")
def link_people(*, pack: PackPath = None, home: Home = None, as_json: Json = False) -> None:
    """Say which rows are about one person."""
    told = _link(opened(home, pack))
    if as_json:
        data(told)


@app.command("match")
def match_everyone(
    *, pack: PackPath = None, home: Home = None, as_of: AsOf = None, as_json: Json = False
) -> None:
    """Decide every household and person against every programme."""
    road = opened(home, pack, as_of)
    _match(road)
    if as_json:
        data(asdict(road.run))


def _match(road: Road) -> None:
    with step("match") as this:
        run = road.match()
        eligible = sum(of.get("eligible", 0) for of in run.counts.values())
        unknown = sum(of.get("undetermined", 0) for of in run.counts.values())
        this(
            f"{len(run.counts)} programmes, as of {run.as_of}: {eligible:,} qualify, "
            f"{unknown:,} not yet known"
        )


@app.command("project")
def project_graph(
    *, pack: PackPath = None, home: Home = None, as_of: AsOf = None, as_json: Json = False
) -> None:
    """Write the graph that lake and run make."""
    road = opened(home, pack, as_of)
    told = _project(road)
    if as_json:
        data(told)


def _project(road: Road) -> dict[str, Any]:
    with step("project") as this:
        told = road.project(this.advance)
        nodes, edges = sum(told.nodes.values()), sum(told.edges.values())
        held = "" if told.written else ", held already"
        this(f"{nodes:,} nodes, {edges:,} edges{held}")
    return asdict(told)


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
    with step("audit") as this:
        kept = road.audit()
        found = road.findings.frame.height
        asked = len(road.findings.asked)
        this(
            f"{asked} of {len(road.questions)} questions asked, {found:,} findings: "
            f"{kept.new:,} new, {kept.changed:,} changed, {kept.cleared:,} cleared"
        )
    return asdict(kept)


@app.command("report")
def print_report(
    *,
    pack: PackPath = None,
    home: Home = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    as_json: Json = False,
) -> None:
    """Print what was loaded, decided and found; write report.html and report.xlsx."""
    _report(opened(home, pack), lang, as_json=as_json)


def _report(road: Road, lang: str, *, as_json: bool = False) -> None:
    from audit.report import show, to_json
    from audit.report_files import write

    with step("report") as this:
        report = road.report()
        files = write(report, road.settings.report)
        this(" · ".join(map(str, files)))
    if as_json:
        data(to_json(report))
    else:
        DATA.print(show(report, lang))


@app.command("explain")
def explain_unit(
    unit_id: Annotated[str, typer.Argument(metavar="HOUSEHOLD", help="Of a household or person.")],
    *,
    pack: PackPath = None,
    home: Home = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    programme: Annotated[str | None, typer.Option(help="Only this programme.")] = None,
    as_json: Json = False,
) -> None:
    """Show every criterion with its value, standard, article and source rows."""
    from aidgraph.show_reasons import show
    from matching.reasons import to_json

    road = opened(home, pack)
    language: Language = "en" if lang == "en" else "zh"
    try:
        told = to_json(road.explain(unit_id, language))
    except KeyError:
        TALK.print(f"nobody has the id `{unit_id}`; ids look like H00000001 or P00000001")
        raise typer.Exit(2) from None
    if as_json:
        data(told)
    else:
        DATA.print(show(told, language, programme))


@pack_app.command("check")
def pack_check(
    path: Annotated[Path, typer.Argument(help="A pack's folder, or china or hmis.")],
    *,
    as_json: Json = False,
) -> None:
    """List all faults of a pack with file and line, and run its worked cases."""
    from aidgraph.pack_check import check, show

    told = check(PACKS / path if (PACKS / path).is_dir() else path)
    if as_json:
        data(told)
    else:
        DATA.print(show(told))
    if told["faults"] or not all(case["ok"] for case in told["cases"]):
        raise typer.Exit(1)


@app.command("demo")
def demo(
    *,
    households: Annotated[int, typer.Option(help="How many ordinary families.")] = 5000,
    home: Home = None,
) -> None:
    """Make the county, go the whole road, print the report."""
    as_of = datetime.combine(DEMO_AS_OF, datetime.min.time())
    road = opened(home, as_of=as_of)
    _county(road, households, seed=20261031)
    _load(road, [road.settings.files])
    _match(road)
    _project(road)
    _audit(road)
    _report(road, "zh")
    TALK.print(
        "next: [bold]make serve[/bold] opens the pages; `aidgraph explain HOUSEHOLD` tells why"
    )


@app.command("serve")
def serve(
    *,
    pack: PackPath = None,
    home: Home = None,
    port: Annotated[int | None, typer.Option(help="[default: 8050]")] = None,
) -> None:
    """Serve pages and API on this machine; prints where and as whom to sign in."""
    from aidgraph.serve import run

    road = opened(home, pack)
    run(road, port or road.settings.port)


@users_app.command("add")
def users_add(
    login: str,
    role: Annotated[str, typer.Option(help="leader, inspector, handler, auditor …")],
    *,
    name: Annotated[str, typer.Option(help="As it is shown to others.")] = "",
    region: Annotated[str, typer.Option(help="Region code; empty for all.")] = "",
    department: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    home: Home = None,
) -> None:
    """Add a user; the password is random and printed once."""
    from audit.users import NewUser, add

    new = NewUser(login, name or login, role, region, tuple(department or ()))
    password = add(opened(home).records, new)
    DATA.print(f"{login}  {password}")


@journal_app.command("verify")
def journal_verify(*, home: Home = None, as_json: Json = False) -> None:
    """Check the journal's chain against its anchors outside the database."""
    from audit.journal import verify

    road = opened(home)
    told = verify(
        road.records,
        key_file=road.settings.keys / "journal.key",
        anchor_file=road.settings.home / "journal.anchors.jsonl",
    )
    data(asdict(told)) if as_json else DATA.print(told)
    if told.faults:
        raise typer.Exit(1)


@store_app.command("rebuild")
def store_rebuild(*, pack: PackPath = None, home: Home = None, as_json: Json = False) -> None:
    """Drop the graph and make the same one again from lake and run."""
    road = opened(home, pack)
    road.drop_store()
    told = _project(road)
    if as_json:
        data(told)


def main() -> None:
    """Run the command line; a slip or a fault is one line, not a trace."""
    from graph_loader.errors import LoadError
    from graph_loader.stores.protocol import StoreError
    from ontology.errors import PolicyError

    try:
        app()
    except (LoadError, StoreError, PolicyError, FileNotFoundError) as error:
        TALK.print(f"[red]{error}[/red]", markup=True)
        sys.exit(2)
