"""`python -m tests.kills.stopped POINT COMMAND…`: `aidgraph COMMAND…`, stopped at a named point."""

from __future__ import annotations

import sys

from aidgraph.cli import main
from tests.kills.points import install

if __name__ == "__main__":
    _, point, *sys.argv[1:] = sys.argv
    install(point)
    main()
