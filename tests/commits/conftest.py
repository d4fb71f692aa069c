"""One small county whose every step is known, for all proofs of this folder."""

from __future__ import annotations

import pytest

from tests.commits.proof import Proof

FAMILIES = 20


@pytest.fixture(scope="session")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    made = Proof(tmp_path_factory.mktemp("commits"), FAMILIES)
    made.prepare()
    return made
