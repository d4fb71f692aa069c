"""A refusal made again for its household and those near alone tells what everyone decided tells."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from aidgraph import decided_then as then
from aidgraph.road import Road
from aidgraph.serve import state
from aidgraph.settings import Settings
from matching.decide import decide
from matching.explain import explain
from matching.population import population
from tests.aidgraph.conftest import settings

SOME = 3


def large(home: Path, size: int = 79) -> Road:
    """The installation, for which a county of more than so many households is a large one."""
    said = settings(home)
    return Road(Settings(home=home, part=size, as_of=said.as_of))


def numbers(road: Road) -> list[str]:
    """Applications that were refused, some of each half of the time."""
    refused = road.population.applications.filter(
        pl.col("result") == "refused", pl.col("decided_on").is_not_null()
    ).sort("decided_on", "origin")
    found: list[str] = refused["application_number"].to_list()
    return found[:: max(1, len(found) // SOME)]


def test_those_near_suffice_and_nobody_else_is_decided(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    road, seen = Road(settings(home)), list[int]()

    def watched(pack: Any, people: Any, *rest: Any) -> Any:  # noqa: ANN401
        seen.append(people.households.height)
        return explain(pack, people, *rest)

    monkeypatch.setattr(then, "explain", watched)
    told = 0
    for number in numbers(road):
        asked = then.decision_of(road, None, None, number)
        day = asked.decided_on
        one = then.reasons_at(road, road.read, asked, day, "en")
        everyone = population(road.read, road.pack, day)
        whole = explain(road.pack, everyone, decide(road.pack, everyone, day), asked.id, "en")
        assert one == whole.reasons(asked.unit, asked.id, asked.programme)
        told += one is not None
    assert told >= SOME
    assert max(seen) < road.households / 10


def test_a_county_decided_in_parts_tells_what_one_decided_at_once_tells(home: Path) -> None:
    small, parts = Road(settings(home)), large(home)
    parts.store = small.store
    assert (small.large, parts.large) == (False, True)
    answers = [state(road).decided_then for road in (small, parts)]
    for number in numbers(small)[-2:]:
        one, other = (ask("H00000001", None, number, "zh") for ask in answers)
        assert one == other
        assert one["application"]["number"] == number
        unit = one["application"]["id"]
        assert answers[1](unit, None, None, "en") == answers[0](unit, None, None, "en")
    for ask in answers:
        with pytest.raises(LookupError, match="no application has the number `nope`"):
            ask("H00000001", None, "nope", "en")
        with pytest.raises(LookupError, match="nothing was refused to H99999999"):
            ask("H99999999", None, None, "en")
    small.store.close()
