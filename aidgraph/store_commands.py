"""The commands about the graph store: check it, back it up, make it again, start a Neo4j."""

from __future__ import annotations

import signal
import sys
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - typer reads it while running
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aidgraph.options import Home, Json, PackPath, opened
from aidgraph.say import DATA, TALK, data, step

if TYPE_CHECKING:
    from aidgraph.road import Road
    from aidgraph.say import Advance
    from graph_loader.backup import Checked
    from graph_loader.project import ProjectReport

BOLT: Final = 7687
HTTP: Final = 7474

store_app = typer.Typer(help="The graph store.", no_args_is_help=True)


@store_app.command("check")
def store_check(*, home: Home = None, as_json: Json = False) -> None:
    """Compare every node and edge with what was projected; exit 1 where they differ."""
    from graph_loader.backup import check

    road = opened(home)
    with step("check") as this:
        told = check(road.store)
        this(counted(told))
    if as_json:
        data(asdict(told))
    else:
        DATA.print(f"{road.settings.store}: {verdict(told)}")
    if not told.whole:
        raise typer.Exit(1)


@store_app.command("backup")
def store_backup(
    folder: Annotated[
        Path | None, typer.Argument(help="[default: a folder under backups, named by its digest]")
    ] = None,
    *,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write the graph to files that either store can be made from again."""
    from graph_loader.backup import backup
    from graph_loader.project import read_watermark

    road = opened(home)
    mark = read_watermark(road.store)
    name = f"{mark.get('as_of')}-{str(mark.get('digest'))[:12]}"
    to = folder or road.settings.home / "backups" / name
    with step("backup") as this:
        told = backup(road.store, to)
        this(f"{counted(told)} in {to}")
    if as_json:
        data({"folder": str(to), **asdict(told)})


@store_app.command("rebuild")
def store_rebuild(
    *,
    backup: Annotated[
        Path | None, typer.Option(help="From this backup. [default: from lake and run]")
    ] = None,
    pack: PackPath = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Drop the graph and make the same one again."""
    road = opened(home, pack)
    with step("rebuild") as this:
        told = from_backup(road, backup, this.advance) if backup else road.rebuild(this.advance)
        this(f"{sum(told.nodes.values()):,} nodes, {sum(told.edges.values()):,} edges")
    if as_json:
        data(asdict(told))


@store_app.command("neo4j")
def store_neo4j(
    *,
    gigabytes: Annotated[int, typer.Option(min=1, help="Memory for the server.")] = 1,
    home: Home = None,
) -> None:
    """Start a Neo4j of this installation and keep it until stopped; prints how to use it."""
    from graph_loader.stores.neo4j_server import new_server, preferred_port

    server = new_server(
        opened(home).settings.home / "neo4j",
        bolt=preferred_port(BOLT),
        http=preferred_port(HTTP),
        gigabytes=gigabytes,
    )
    password = "as told at its first start" if server.known else server.password
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with step("neo4j") as this:
        server.start()
        this(f"process {server.process.pid if server.process else 0}, in {server.home}")
    DATA.print(
        f"address  {server.url}\nbrowser  {server.browser}\n"
        f"user     {server.access.user}\npassword {password}"
    )
    TALK.print(
        "to use it: export AIDGRAPH_STORE and AIDGRAPH_STORE_PASSWORD with these, then "
        "`aidgraph project`; Ctrl-C ends it"
    )
    try:
        server.wait()
    finally:
        server.stop()


def from_backup(road: Road, folder: Path, advance: Advance) -> ProjectReport:
    """The graph of a backup in the store; what is not that backup leaves the store as it is."""
    from graph_loader.backup import restored
    from graph_loader.project import project

    frames, mark = restored(folder)
    road.store.clear()
    return project(road.store, frames, watermark=mark, progress=advance)


def counted(told: Checked) -> str:
    """How much was read."""
    return f"{sum(told.nodes.values()):,} nodes, {sum(told.edges.values()):,} edges"


def verdict(told: Checked) -> str:
    """Whether the graph is what it was given, and what to do where it is not."""
    if not told.watermark:
        return "never projected; say `aidgraph project`"
    made = f"run {told.watermark['run']}, as of {told.watermark['as_of']}"
    if told.whole:
        return f"whole; {made}, digest {told.digest[:12]}"
    if told.watermark["digest"] is None:
        return "its last projection was cut short; say `aidgraph store rebuild`"
    if told.strangers:
        return f"{told.strangers:,} nodes that {made} did not give it; say `aidgraph store rebuild`"
    return f"not what {made} gave it; say `aidgraph store rebuild`"
