"""What a person may get wrong, or find missing, told in one line."""

from __future__ import annotations

from typing import Final

import typer

from aidgraph.road import NotYetError
from audit.records import RecordsError
from cypher.question import QuestionError
from demo.scenarios import ScenarioError
from graph_loader.errors import LoadError
from graph_loader.stores.protocol import StoreError
from ontology.errors import PolicyError

WRONG_CALL: Final = next(e for e in typer.BadParameter.__mro__ if e.__name__ == "ClickException")
OWN: Final = "Invalid value: "
"""How a slip begins that a command, not an option, found; its text says what would be right."""
SLIPS: Final[tuple[type[BaseException], ...]] = (
    WRONG_CALL,
    NotYetError,
    LoadError,
    StoreError,
    PolicyError,
    RecordsError,
    QuestionError,
    ScenarioError,
    OSError,
)
AGAIN: Final = "Nothing is half kept: try again once that is put right."


def told(slip: BaseException) -> str:
    """The slip as it is shown: one line for a wrong call, one for each fault of a file."""
    if isinstance(slip, FileNotFoundError) and slip.filename:
        return f"There is no file {slip.filename}."
    if isinstance(slip, OSError):
        return f"{str(slip).splitlines()[0]}. {AGAIN}"
    says = getattr(slip, "format_message", lambda: str(slip))()
    context = getattr(slip, "ctx", None)
    if context is None or type(slip).__name__ == "NoArgsIsHelpError":
        return str(says)
    where, line = context.command_path, " ".join(str(says).split())
    if line.startswith(OWN):
        return f"{where}: {line.removeprefix(OWN)}"
    return f"{where}: {line.rstrip('.')}. See `{where} --help`."
