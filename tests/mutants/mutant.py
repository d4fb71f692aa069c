"""One mistake that a test must notice, and the tests by which the mutants are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FRAME: Final = ("tests/ontology/test_to_frame.py",)
EVALUATE: Final = tuple(
    f"tests/ontology/test_evaluate{part}.py" for part in ("", "_numbers", "_versions")
)
MISSING: Final = ("tests/ontology/test_missing.py",)
FROM_OWL: Final = ("tests/ontology/test_from_owl.py",)
FORMULA: Final = ("tests/ontology/test_formula.py",)
SIMPLIFY: Final = ("tests/ontology/test_simplify.py",)
CHINA: Final = ("tests/ontology/test_china.py",)
COMPATIBILITY: Final = ("tests/matching/test_compatibility.py",)
COMPLETENESS: Final = ("tests/matching/test_completeness.py",)
ENROLMENT: Final = ("tests/matching/test_enrolment.py",)
CYPHER: Final = ("tests/ontology/test_to_cypher.py",)
CYPHER_NUMBERS: Final = ("tests/ontology/test_cypher_compare.py",)
CYPHER_PLACES: Final = ("tests/ontology/test_cypher_places.py",)
GRAPH_COLUMNS: Final = ("tests/ontology/test_graph_columns.py",)
LANGUAGE: Final = ("tests/agreement/test_language.py",)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: in a file, a text that stands there once becomes another."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def of_language(self) -> bool:
        """Whether it changes what a policy means, and not only what the matcher makes of that."""
        return not self.file.startswith("matching/") or self.file == "matching/verdict.py"


def mutated(mutant: Mutant, text: str) -> str:
    """The text with the mistake in it.

    Raises:
        ValueError: where the place is not there, or not once.
    """
    if text.count(mutant.old) != 1:
        says = f"{mutant.name}: `{mutant.old}` stands {text.count(mutant.old)} times"
        raise ValueError(f"{says} in {mutant.file}")
    return text.replace(mutant.old, mutant.new)
