"""`python -m aidgraph`."""

from aidgraph.cli import main

main()
