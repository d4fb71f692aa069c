"""How the command line speaks: data to stdout, talk to stderr, a bar only on a terminal."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDE = 132  # a file or a pipe has no width of its own
TALK = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else WIDE)
DATA = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


class Advance(Protocol):
    """What long work calls as it goes."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


class Step:
    """One step of the road: what it says at its end, beside how long it took."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.says = ""
        self.advance: Advance = _silent

    def __call__(self, says: str) -> None:
        self.says = says


def _silent(step: str, done: int, total: int) -> None:
    """Long work that nobody watches."""


@contextmanager
def step(name: str) -> Iterator[Step]:
    """A step with a bar on a terminal, and one line with its seconds when it is done."""
    this = Step(name)
    started = time.perf_counter()
    if TALK.is_terminal:
        columns = (
            TextColumn("[bold]{task.fields[name]:<8}"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=TALK, transient=True) as bar:
            task = bar.add_task("", total=None, name=name)

            def advance(step: str, done: int, total: int) -> None:
                bar.update(task, description=step, completed=done, total=total or None)

            this.advance = advance
            yield this
    else:
        yield this
    seconds = time.perf_counter() - started
    TALK.print(f"[bold]{name:<8}[/bold] {this.says:<78} [dim]{seconds:6.1f} s[/dim]")


def data(value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    """One JSON document on stdout, for machines."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
