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
from matching.spark_session import EngineError
from ontology.errors import PolicyError

WRONG_CALL: Final = next(e for e in typer.BadParameter.__mro__ if e.__name__ == "ClickException")
DAYS: Final = ("--as-of", "--known-at")
NO_DAY: Final = {
    "load": "files are read as they come; `aidgraph match` decides for a day",
    "link": "who is who is said of everything that was ever loaded",
    "link show": "who is who has no day to decide for",
    "link doubts": "who is who has no day to decide for",
    "link verdicts": "verdicts hold until they are undone",
    "link join": "a verdict holds from now on, until it is undone",
    "link split": "a verdict holds from now on, until it is undone",
    "link undo": "a verdict holds from now on, until it is undone",
    "audit": "findings are kept of what is known now; `aidgraph report --known-at` tells what was"
    " to be found then",
    "serve": "what people did with findings is of now; `aidgraph report --known-at` tells what was"
    " to be found then",
    "county": "the made-up county is of one day",
    "county check": "the made-up county is of one day",
    "demo": "the made-up county is of one day",
    "pack check": "each worked case says its own day",
    "store check": "there is one graph of what is known, made by the last `aidgraph project`",
    "store backup": "there is one graph of what is known, made by the last `aidgraph project`",
    "store neo4j": "there is one graph of what is known, made by the last `aidgraph project`",
    "store schema": "the schema is that of this release",
    "users add": "users are kept as they were made",
    "journal verify": "the journal is whole or it is not",
}
"""Why a command has no day to decide for, or none by which things were known."""
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
    EngineError,
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
    option = getattr(slip, "option_name", None)
    if option in DAYS:
        why = NO_DAY.get(where.removeprefix("aidgraph "), "it decides nothing")
        return f"{where}: {option} means nothing here: {why}."
    if line.startswith(OWN):
        return f"{where}: {line.removeprefix(OWN)}"
    return f"{where}: {line.rstrip('.')}. See `{where} --help`."
