"""Random families: the pack decides each as the catalogue does, written a second time by hand."""

from pathlib import Path
from random import Random

import pytest
import yaml

from matching.cases import run_cases
from ontology.cases import read_cases
from ontology.pack import read_pack
from tests.matching.law_by_hand import family

CHINA = Path(__file__).resolve().parents[2] / "ontology" / "packs" / "china"


@pytest.mark.parametrize("seed", [1, 2])
def test_the_pack_decides_as_the_catalogue_says(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)  # noqa: S311 - families, not keys
    families = [family(chance, number) for number in range(250)]
    file = tmp_path / "families.yaml"
    file.write_text(yaml.safe_dump(families, allow_unicode=True), encoding="utf-8")
    cases, faults = read_cases([file])
    assert faults == []
    results = run_cases(read_pack(CHINA), cases)
    assert len(results) > 2500
    assert {result.expected for result in results} >= {"eligible", "not_eligible", "undetermined"}
    assert [result for result in results if not result.ok] == []
