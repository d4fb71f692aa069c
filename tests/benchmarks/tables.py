"""What pages of measurements are written with: rows, seconds, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Told = dict[str, Any]
NOTHING: Final = "–"


def of(known: Mapping[str, Told], name: str) -> list[Told]:
    """What was measured under a name, the smallest size first."""
    found = [told for told in known.values() if told["task"]["name"] == name]
    return sorted((t for t in found if "failed" not in t), key=lambda told: told["task"]["size"])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["--"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def seconds(cost: Mapping[str, float]) -> str:
    """Seconds by the clock and of the processors."""
    return f"{short(cost['wall'])} s (cpu {short(cost['cpu'])})"


def short(number: float) -> str:
    """Three digits that say something."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
