"""The commands about what is kept of people's work: users and the journal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from aidgraph.options import Home, Json, opened
from aidgraph.say import DATA, data

users_app = typer.Typer(help="Who may sign in.", no_args_is_help=True)
journal_app = typer.Typer(help="The journal of reads and changes.", no_args_is_help=True)


@users_app.command("add")
def users_add(
    login: str,
    role: Annotated[str, typer.Option(help="leader, inspector, handler, auditor …")],
    *,
    name: Annotated[str, typer.Option(help="As it is shown to others.")] = "",
    region: Annotated[str, typer.Option(help="Region code; empty for all.")] = "",
    department: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Add a user; the password is random and printed once."""
    from audit.users import NewUser, add

    new = NewUser(login, name or login, role, region, tuple(department or ()))
    password = add(opened(home).records, new)
    if as_json:
        data({"login": login, "role": role, "password": password})
    else:
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
    if as_json:
        data(asdict(told))
    else:
        says = "the chain holds" if told.ok else "the chain is broken"
        DATA.print(
            f"{told.entries:,} entries, {told.anchored:,} anchored, "
            f"{told.unprotected:,} after the last anchor: {says}"
        )
        for fault in told.faults:
            DATA.print(f"  {fault}")
    if told.faults:
        raise typer.Exit(1)
