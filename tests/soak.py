"""`python -m tests.soak [PROOF…]`: the long proofs, and docs/soak.md to say what they showed.

Where some are named, only those are run; what the page says of the others stays.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "soak.md"
LOGS: Final = "soak"
"""The folder beside the page with all that some proofs said."""
LINES: Final = 14
HEADING: Final = "\n## "
HEAD: Final = """# Long proofs

`make soak` runs these, `python -m tests.soak NAME` one of them again; `make test` runs each with
the same code at a small size.
"""


class Proof(NamedTuple):
    """A module that proves something, and with which arguments it is run here."""

    module: str
    says: str
    arguments: tuple[str, ...] = ()
    shown: int = LINES
    name: str = ""
    logged: bool = False

    @property
    def called(self) -> str:
        """The name by which it is run again."""
        return self.name or self.module

    @property
    def command(self) -> str:
        return " ".join(["python -m", f"tests.{self.module}", *self.arguments])


PROOFS: Final = (
    Proof("mutants", "Every mistake planted in the language and the matcher is noticed", shown=40),
    Proof(
        "mutants",
        "Every mistake planted in the language is noticed by the agreement alone",
        ("--by", "agreement"),
        shown=40,
        name="language",
    ),
    Proof(
        "agreement",
        "Columns, reasons, kglite, Neo4j and a reference agree row by row",
        ("10000",),
        shown=60,
    ),
    Proof(
        "linking",
        "Who is who where no number helps: the stated mix, and FEBRL4",
        ("37000", "10000"),
    ),
    Proof("spark", "Spark decides the same in parts, row by row", ("5000", "1000")),
    Proof(
        "kills",
        "Killed projectors, servers and services lose and double nothing",
        ("100",),
        logged=True,
    ),
    Proof(
        "commits",
        "Load, link, match, months, project, audit, killed at each commit point",
        ("200",),
        logged=True,
    ),
)


def prove(proof: Proof) -> tuple[int, float, list[str]]:
    """The exit code of one proof, its seconds, and the lines that it said."""
    started = time.perf_counter()
    command = [sys.executable, "-m", f"tests.{proof.module}", *proof.arguments]
    lines = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:  # noqa: S603
        for line in run.stdout or ():
            sys.stderr.write(line)
            lines.append(line.rstrip())
    return run.returncode, time.perf_counter() - started, lines


def commit() -> str:
    """The commit of the checkout."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return told.stdout.strip()


def section(proof: Proof, code: int, seconds: float, lines: list[str]) -> str:
    """What the page says of one proof."""
    held = "held" if code == 0 else f"failed with {code}"
    told = f"`{proof.command}`: {held}, {seconds:.0f} s, commit {commit()}."
    if proof.logged:
        told += f" Each of them: [{LOGS}/{proof.called}.log]({LOGS}/{proof.called}.log)."
    return "\n".join([f"## {proof.says}\n\n{told}\n", "```", *lines[-proof.shown :], "```\n"])


def keep(proof: Proof, lines: list[str]) -> None:
    """All that a proof said, beside the page."""
    log = PAGE.parent / LOGS / f"{proof.called}.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("\n".join([*lines, ""]), encoding="utf-8")


def sections(page: str) -> dict[str, str]:
    """What a page says of each proof, by its command."""
    parts = [f"## {part}" for part in page.split(HEADING)[1:]]
    return {part.split("`")[1]: f"{part.rstrip()}\n" for part in parts}


def main(names: list[str]) -> int:
    """Run the proofs, or those named; the exit code says whether all of them held."""
    known = [proof.called for proof in PROOFS]
    if unknown := set(names) - set(known):
        sys.stderr.write(f"no proof {', '.join(unknown)}; there are {', '.join(known)}\n")
        return 2
    told = sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    worst = 0
    for proof in PROOFS:
        if names and proof.called not in names:
            continue
        code, seconds, lines = prove(proof)
        worst = max(worst, code)
        if proof.logged:
            keep(proof, lines)
        told[proof.command] = section(proof, code, seconds, lines)
        sys.stdout.write(f"{proof.called:<10} exit {code}  {seconds:.0f} s\n")
        kept = [told[one.command] for one in PROOFS if one.command in told]
        PAGE.write_text("\n".join([HEAD, *kept]), encoding="utf-8")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
