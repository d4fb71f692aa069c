"""A load that is killed: `python -m tests.graph_loader.killed_load FOLDER CALL`.

The process dies right after its CALL-th write: a table, a table gone back, a version file.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import deltalake

from graph_loader import lake
from graph_loader.link import link
from graph_loader.load import load
from tests.graph_loader.offices import pack

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


def main(folder: Path, at: int) -> None:
    """Load and link, and die at that write."""
    writes = 0

    def dying(write: Callable[P, T]) -> Callable[P, T]:
        def wrapped(*arguments: P.args, **options: P.kwargs) -> T:
            nonlocal writes
            writes += 1
            result = write(*arguments, **options)
            if writes == at:
                os._exit(9)
            return result

        return wrapped

    for owner, name in ((lake, "write_deltalake"), (deltalake.DeltaTable, "restore"), (os, "link")):
        setattr(owner, name, dying(getattr(owner, name)))
    offices = pack(folder)
    load(lake.Lake(folder / "lake"), offices, [folder / "files"], today=date(2026, 10, 31))
    link(lake.Lake(folder / "lake"), offices)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
