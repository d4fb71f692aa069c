"""Why a unit qualifies, as the report shows it: the tree behind one decision in both languages."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from matching.reasons import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matching.reasons import Explanation

LANGUAGES: Final = ("zh", "en")
KEPT: Final = 64


def reasons_from(
    explain: Callable[[str, str], Explanation],
) -> Callable[[str, str, str], Mapping[str, Mapping[str, Any]] | None]:
    """(unit, unit id, programme) → its tree by language, asked of (unit id, language)."""
    explained = lru_cache(maxsize=KEPT)(explain)

    def reasons(unit: str, unit_id: str, programme: str) -> Mapping[str, Mapping[str, Any]] | None:
        found = {
            lang: tree
            for lang in LANGUAGES
            if (tree := _tree(explained(unit_id, lang), unit, unit_id, programme)) is not None
        }
        return found or None

    return reasons


def _tree(
    explanation: Explanation, unit: str, unit_id: str, programme: str
) -> Mapping[str, Any] | None:
    decided = (
        explanation.programmes if unit == "household" else explanation.persons.get(unit_id, ())
    )
    of = next((one for one in decided if one.programme == programme), None)
    return None if of is None or of.tree is None else to_json(of.tree)
