"""The commands about the graph store: check it, back it up, make it again, start a Neo4j."""

from __future__ import annotations

import signal
import sys
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - typer reads it while running
from typing import TYPE_CHECKING, Annotated, Final

import typer

from aidgraph.options import AsOf, Home, Json, KnownAt, PackPath, opened
from aidgraph.say import DATA, TALK, data, step

if TYPE_CHECKING:
    from aidgraph.road import Road
    from aidgraph.say import Advance
    from graph_loader.backup import Checked
    from graph_loader.project import ProjectReport
    from graph_loader.stores.neo4j_server import Server

BOLT: Final = 7687
HTTP: Final = 7474

store_app = typer.Typer(help="The graph store.", no_args_is_help=True)


@store_app.command("check")
def store_check(*, home: Home = None, known_at: KnownAt = None, as_json: Json = False) -> None:
    """Compare every node and edge with what was projected; exit 1 where they differ."""
    from graph_loader.backup import check

    road = opened(home, known_at=known_at)
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
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Write the graph to files that either store can be made from again."""
    from graph_loader.backup import backup
    from graph_loader.project import read_watermark

    road = opened(home, known_at=known_at)
    mark = read_watermark(road.store)
    name = f"{mark.get('as_of')}-{str(mark.get('digest'))[:12]}"
    to = folder or road.settings.home / "backups" / name
    with step("backup") as this:
        told = backup(road.store, to)
        this(f"{counted(told)} in {to}")
    if as_json:
        data({"folder": str(to), **asdict(told)})


@store_app.command("rebuild")
def store_rebuild(  # noqa: PLR0913 - an option each
    *,
    backup: Annotated[
        Path | None, typer.Option(help="From this backup. [default: from lake and run]")
    ] = None,
    pack: PackPath = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Json = False,
) -> None:
    """Drop the graph and make the same one again."""
    road = opened(home, pack, as_of, known_at)
    with step("rebuild") as this:
        told = from_backup(road, backup, this.advance) if backup else road.rebuild(this.advance)
        this(f"{sum(told.nodes.values()):,} nodes, {sum(told.edges.values()):,} edges")
    if as_json:
        data(asdict(told))


@store_app.command("schema")
def store_schema(
    *,
    svg: Annotated[Path | None, typer.Option(help="Write it as a picture.")] = None,
    as_json: Json = False,
) -> None:
    """Print every label and every kind of edge with their properties, or draw them."""
    from aidgraph.schema_picture import picture
    from graph_loader.schema import EDGES, NODES

    if svg is not None:
        svg.write_text(picture(), encoding="utf-8")
    if as_json:
        data({"nodes": list(map(asdict, NODES)), "edges": list(map(asdict, EDGES))})
    elif svg is None:
        for node in NODES:
            DATA.out(f"(:{node.name} {{{', '.join(node.columns)}}})")
        for edge in EDGES:
            held = f" {{{', '.join(edge.properties)}}}" if edge.properties else ""
            DATA.out(f"(:{edge.source})-[:{edge.name}{held}]->(:{edge.target})")


@store_app.command("neo4j")
def store_neo4j(
    *,
    gigabytes: Annotated[int, typer.Option(min=1, help="Memory for the server.")] = 1,
    empty: Annotated[bool, typer.Option("--empty", help="Do not import the graph.")] = False,
    home: Home = None,
) -> None:
    """Start a Neo4j of this installation and keep it until stopped; prints how to use it.

    At its first start it is given the graph of the last run, by Neo4j's offline importer.
    """
    from graph_loader.stores.neo4j_import import forget_half
    from graph_loader.stores.neo4j_server import new_server, preferred_port

    road = opened(home)
    server = new_server(
        road.settings.home / "neo4j",
        bolt=preferred_port(BOLT),
        http=preferred_port(HTTP),
        gigabytes=gigabytes,
    )
    forget_half(server)
    first = not server.known
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with step("neo4j") as this:
        held = started(road, server, this.advance, load=first and not empty)
        this(f"process {server.process.pid if server.process else 0}, in {server.home}{held}")
    password = server.password if first else "as told at its first start"
    DATA.print(
        f"address  {server.url}\nbrowser  {server.browser}\n"
        f"user     {server.access.user}\npassword {password}"
    )
    TALK.print(
        "to use it: export AIDGRAPH_STORE and AIDGRAPH_STORE_PASSWORD with these; "
        "`aidgraph project` brings it up to date; Ctrl-C ends it"
    )
    try:
        server.wait()
    finally:
        server.stop()


def started(road: Road, server: Server, advance: Advance, *, load: bool) -> str:
    """Start the server, at its first start with the graph of the last run; what it was given."""
    from graph_loader.stores.neo4j_import import first_load

    if not (load and road.runs()):
        server.start()
        return ""
    with road.graph() as (graph, mark):
        first_load(server, graph, mark, advance)
        nodes, edges = (
            sum(rows.height for rows in of.values()) for of in (graph.nodes, graph.edges)
        )
    return f"; imported {nodes:,} nodes, {edges:,} edges of run {mark['run']}"


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
