"""`python -m tests.linking [HOUSEHOLDS [ROWS]]`: who is linked right where no number helps."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ontology.pack import read_pack
from tests.linking.febrl4 import LEAST as LEAST_OF_FEBRL4
from tests.linking.febrl4 import febrl4
from tests.linking.measured import LEAST, lines, measure


def main(households: int = 20_000, rows: int = 5_000) -> int:
    """Print the scores; 1 where an F1 is less than it has to be."""
    pack = read_pack(Path(__file__).parents[2] / "ontology" / "packs" / "china")
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), pack, households=households, rows=rows)
    sys.stdout.write("\n".join(lines(measured)) + "\n")
    other = febrl4()
    told = ", ".join(f"{name} {value:.4f}" for name, value in other.items())
    sys.stdout.write(f"FEBRL4, 5,000 people and 5,000 copies: {told}\n")
    return int(measured.scores()["f1"] < LEAST or other["f1"] < LEAST_OF_FEBRL4)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
