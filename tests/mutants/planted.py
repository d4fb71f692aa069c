"""Every mutant."""

from __future__ import annotations

from typing import Final

from tests.mutants.columns import COLUMNS_MUTANTS
from tests.mutants.graph import GRAPH_MUTANTS
from tests.mutants.matcher import MATCHER_MUTANTS
from tests.mutants.source import SOURCE_MUTANTS

MUTANTS: Final = (*SOURCE_MUTANTS, *COLUMNS_MUTANTS, *GRAPH_MUTANTS, *MATCHER_MUTANTS)
