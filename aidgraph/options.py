"""The options that several commands share, and what opens an installation by them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import typer

from aidgraph.settings import Settings

if TYPE_CHECKING:
    from aidgraph.road import Road

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Home = Annotated[Path | None, typer.Option(help="Where everything is kept. [default: var]")]
PackPath = Annotated[str | None, typer.Option("--pack", help="A pack's folder, or china or hmis.")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to decide for.")]
KnownAt = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Only what was loaded by that day. [default: all]"),
]
Lang = Annotated[Literal["zh", "en"], typer.Option(help="The language of what is shown.")]
Households = Annotated[int, typer.Option(min=1, help="How many ordinary families.")]
Engine: TypeAlias = Literal["local", "spark"]
Engines = Annotated[Engine, typer.Option(help="Where: in this process, or on Spark.")]
PACKS: Final = Path(__file__).resolve().parent.parent / "ontology" / "packs"


def opened(
    home: Path | None = None,
    pack: str | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Road:
    """The installation that the options name, the rest from the environment."""
    from aidgraph.road import Road

    said: dict[str, Any] = {}
    if home is not None:
        said["home"] = home
    if pack is not None:
        said["pack"] = pack_folder(Path(pack))
    if as_of is not None:
        said["as_of"] = as_of.date()
    if known_at is not None:
        said["known_at"] = known_at.date()
    return Road(Settings(**said))


def pack_folder(said: Path) -> Path:
    """The folder of a pack that is named, or of one that ships by its name."""
    return PACKS / said if (PACKS / said).is_dir() else said
