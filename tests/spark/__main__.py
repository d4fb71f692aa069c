"""`python -m tests.spark [HOUSEHOLDS [PART]]`: a county decided here and by Spark, row by row.

Prints what was compared; exits with 1 if anything differs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.spark.both import MASTER, both, county

HOUSEHOLDS: Final = 5000
PART: Final = 1000


def main(arguments: list[str]) -> int:
    """Decide one county twice, print how the runs compare; 1 where they differ."""
    households = int(arguments[0]) if arguments else HOUSEHOLDS
    part = int(arguments[1]) if len(arguments) > 1 else PART
    with tempfile.TemporaryDirectory(prefix="spark-") as folder:
        county(Path(folder), households)
        told = both(Path(folder), part)
    say(f"{households:,} ordinary families, parts of {part:,}, {MASTER}")
    for name, rows in told.rows.items():
        say(f"{name:<10} {rows:>9,} rows, {told.other[name]:,} differ")
    say(f"digest     {told.local.digest[:16]} here, {told.spark.digest[:16]} by Spark")
    say(f"run        {told.local.id} here, {told.spark.id} by Spark")
    say("seconds    {:.0f} here, {:.0f} by Spark".format(*told.seconds))
    return 0 if told.local == told.spark and not any(told.other.values()) else 1


def say(line: str) -> None:
    """One line on stdout."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
