"""The commands about who is who: link, show why, judge, take a judgement back."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aidgraph.options import Home, Json, KnownAt, Lang, PackPath, opened
from aidgraph.say import DATA, data, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from aidgraph.road import Road
    from graph_loader.lake import Writing
    from graph_loader.verdicts import By

link_app = typer.Typer(help="Who is who: which rows are about one person.")

Why = Annotated[str, typer.Option("--why", help="The reason; it is kept with the verdict.")]
Who = Annotated[str | None, typer.Option("--who", help="Who judged. [default: you]")]
PersonId = Annotated[str, typer.Argument(metavar="ID", help="A person's: P00000001.")]


@link_app.callback(invoke_without_command=True)
def link_people(
    context: typer.Context, *, pack: PackPath = None, home: Home = None, as_json: Json = False
) -> None:
    """Say which rows are about one person."""
    if context.invoked_subcommand is None:
        told = linked(opened(home, pack))
        if as_json:
            data(told)


def linked(road: Road) -> dict[str, Any]:
    """Link, say how many, and give the report."""
    with step("link") as this:
        told = road.link()
        by_likeness = (
            f"; {told.linked:,} of {told.unnumbered:,} rows without a number linked"
            if told.unnumbered
            else ""
        )
        this(f"{told.people:,} people, {told.households:,} households{by_likeness}")
    return asdict(told)


@link_app.command("show")
def link_show(
    person: PersonId,
    *,
    rows: Annotated[int, typer.Option(min=1, help="As many rows of one kind.")] = 3,
    pack: PackPath = None,
    home: Home = None,
    known_at: KnownAt = None,
    lang: Lang = "zh",
    as_json: Json = False,
) -> None:
    """Show who a person is made of: every row, how it came to them, and the weights of why."""
    from aidgraph.show_links import show
    from graph_loader.made_of import made_of

    road = opened(home, pack, known_at=known_at)
    try:
        told = made_of(road.known, road.pack, person)
    except KeyError:
        raise typer.BadParameter(f"nobody has the id `{person}`; ids look like P00000001") from None
    if as_json:
        data(told)
    else:
        DATA.print(show(told, road.pack, lang, rows))


@link_app.command("doubts")
def link_doubts(
    *,
    pack: PackPath = None,
    home: Home = None,
    known_at: KnownAt = None,
    lang: Lang = "zh",
    as_json: Json = False,
) -> None:
    """List the rows without a number that are about nobody yet, and whom they resemble."""
    from aidgraph.show_links import show_doubts
    from graph_loader.made_of import unlinked

    told = unlinked(opened(home, pack, known_at=known_at).known)
    if as_json:
        data(told)
    else:
        DATA.print(show_doubts(told, lang))


@link_app.command("verdicts")
def link_verdicts(*, pack: PackPath = None, home: Home = None, as_json: Json = False) -> None:
    """List what people judged: who, why, when, and what was undone."""
    from aidgraph.show_links import show_verdicts
    from graph_loader.made_of import verdicts_about

    told = verdicts_about(opened(home, pack).lake)
    if as_json:
        data(told)
    else:
        DATA.print(show_verdicts(told))


@link_app.command("join")
def link_join(
    person: PersonId,
    others: Annotated[
        list[str], typer.Argument(metavar="ID|ROW…", help="Another id, or rows SOURCE|KEY.")
    ],
    *,
    why: Why,
    who: Who = None,
    pack: PackPath = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Judge that two ids are one person (the older id stays), or that rows are about a person."""
    from graph_loader.verdicts import judge_is, judge_join

    rows = [other for other in others if "|" in other]
    if rows and len(rows) < len(others):
        raise typer.BadParameter("either another id or rows, not both")
    if not rows and len(others) > 1:
        raise typer.BadParameter("two ids are joined at a time")

    def judged(writing: Writing, by: By) -> int:
        if rows:
            return judge_is(writing, person, rows, by)
        return judge_join(writing, person, others[0], by)

    _judge(opened(home, pack), judged, _by(who, why), as_json=as_json)


@link_app.command("split")
def link_split(
    person: PersonId,
    rows: Annotated[list[str], typer.Argument(metavar="ROW…", help="SOURCE|KEY, as shown.")],
    *,
    why: Why,
    who: Who = None,
    pack: PackPath = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Judge that rows are not about a person.

    Rows with a number become those of a new person; rows without one are linked anew, to others.
    """
    from graph_loader.verdicts import judge_split

    def judged(writing: Writing, by: By) -> int:
        return judge_split(writing, person, rows, by)

    _judge(opened(home, pack), judged, _by(who, why), as_json=as_json)


@link_app.command("undo")
def link_undo(
    number: Annotated[int, typer.Argument(min=1, metavar="N", help="Of a verdict.")],
    *,
    why: Why,
    who: Who = None,
    pack: PackPath = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Take a verdict back; it stays in the records."""
    from graph_loader.verdicts import judge_undo

    def judged(writing: Writing, by: By) -> int:
        return judge_undo(writing, number, by)

    _judge(opened(home, pack), judged, _by(who, why), as_json=as_json)


def _by(who: str | None, why: str) -> By:
    from graph_loader.verdicts import By

    if not why.strip():
        raise typer.BadParameter("a verdict says why", param_hint="--why")
    return By(who or getpass.getuser(), why.strip())


def _judge(road: Road, judged: Callable[[Writing, By], int], by: By, *, as_json: bool) -> None:
    """Keep a verdict and link anew, as one version of the lake."""
    from graph_loader.link import link_in

    with step("link") as this, road.lake.writing() as writing:
        number = judged(writing, by)
        told = link_in(writing, road.pack, note=f"verdict {number} by {by.who}")
        this(f"verdict {number}; {told.people:,} people")
    if as_json:
        data({"verdict": number, **asdict(told)})
    else:
        DATA.print(f"verdict {number}; `aidgraph link undo {number}` takes it back")
