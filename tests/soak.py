"""The long proofs, one after another, and docs/soak.md to say what they showed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "soak.md"
LINES: Final = 14
PROOFS: Final = (
    ("mutants", "Every mistake planted in the language and the matcher is noticed", ()),
    ("agreement", "Columns, reasons, kglite and Neo4j agree row by row", ("10000",)),
    ("kills", "Killed projectors, servers and services lose and double nothing", ("100",)),
)
HEAD: Final = """# Long proofs

`make soak` runs these; `make test` runs each with the same code at a small size.
"""


def prove(module: str, arguments: tuple[str, ...]) -> tuple[int, float, list[str]]:
    """The exit code of one proof, its seconds, and the last lines that it said."""
    started = time.perf_counter()
    command = [sys.executable, "-m", f"tests.{module}", *arguments]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    sys.stderr.write(told.stderr)
    lines = told.stdout.rstrip().splitlines()
    return told.returncode, time.perf_counter() - started, lines[-LINES:]


def commit() -> str:
    """The commit of the checkout."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return told.stdout.strip()


def main() -> int:
    """Run every proof; the exit code says whether all of them held."""
    parts, worst = [HEAD, f"Commit {commit()}.\n"], 0
    for module, says, arguments in PROOFS:
        code, seconds, lines = prove(module, arguments)
        worst = max(worst, code)
        held = "held" if code == 0 else f"failed with {code}"
        sys.stdout.write(f"{module:<10} {held}  {seconds:.0f} s\n")
        named = " ".join(["python -m", f"tests.{module}", *arguments])
        parts.append(f"## {says}\n\n`{named}`: {held}, {seconds:.0f} s.\n")
        parts.append("\n".join(["```", *lines, "```\n"]))
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    return worst


if __name__ == "__main__":
    sys.exit(main())
