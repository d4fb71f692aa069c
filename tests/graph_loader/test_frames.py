from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from graph_loader import schema
from graph_loader.digest import digest_of
from graph_loader.facts import Facts, PartFacts
from graph_loader.frames import GraphFrames, graph_files, graph_frames
from graph_loader.stores.chunks import lazy
from ontology.graph_columns import TAKEN
from tests.graph_loader import village

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def graph() -> GraphFrames:
    return graph_frames(
        village.facts(),
        village.pack(),
        decisions=village.decisions(),
        as_of=village.AS_OF,
    )


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return sorted(frame.select(columns).rows(), key=str)


def edge(graph: GraphFrames, *ends: str) -> list[tuple[object, ...]]:
    source, verb, target = ends
    return rows(graph.edges[source, verb, target], "from", "to")


def test_a_household_counts_its_members_of_that_day(graph: GraphFrames) -> None:
    assert rows(graph.nodes["Household"], "id", "size", "rural") == [
        ("H1", 1, True),
        ("H2", 2, None),
        ("H3", None, False),
    ]


def test_a_person_keeps_neither_name_nor_number(graph: GraphFrames) -> None:
    assert not {"name", "father_number"} & set(graph.nodes["Person"].columns)
    assert rows(graph.nodes["Person"], "id", "name_masked", "household", "region") == [
        ("P1", "张*", "H1", "3303"),
        ("P2", "李*", None, None),
        ("P3", None, "H2", "330382"),
        ("P4", "B*", "H2", "330382"),
    ]


def test_what_criteria_read_is_held_and_two_ends_only_where_they_differ() -> None:
    homes = pl.DataFrame(
        {
            "id": ["H1", "H2", "H3"],
            "handled_by": ["3303", None, None],
            "income": [5, None, None],
            "income__low": [5, 1, None],
            "income__high": [5, 9, 7],
            "enrolled_MZ01": [True, False, None],
            "enrolled_MZ03": [True, True, True],
            "other_indicator": [1, 2, 3],
        }
    )
    graph = graph_frames(Facts(households=homes), village.pack())
    held = graph.nodes["Household"]
    assert rows(held, "id", "income", "income__low", "income__high", "enrolled_MZ01") == [
        ("H1", 5, None, None, True),
        ("H2", None, 1, 9, False),
        ("H3", None, None, 7, None),
    ]
    assert not {"enrolled_MZ03", "other_indicator"} & set(held.columns)


def test_who_left_is_still_a_member_until_then(graph: GraphFrames) -> None:
    members = graph.edges["Household", "HAS_MEMBER", "Person"]
    assert rows(members, "from", "to", "until") == [
        ("H1", "P1", None),
        ("H1", "P2", date(2026, 1, 1)),
        ("H2", "P3", None),
        ("H2", "P4", None),
    ]


def test_a_place_that_the_pack_lacks_lies_in_the_nearest_one_it_knows(graph: GraphFrames) -> None:
    assert edge(graph, "Region", "PART_OF", "Region") == [("3303", "33"), ("330382", "3303")]
    assert edge(graph, "Household", "HANDLED_BY", "Region") == [("H1", "3303"), ("H2", "330382")]


def test_an_enrolment_says_whether_it_runs_on_that_day(graph: GraphFrames) -> None:
    of_households = graph.edges["Household", "ENROLLED_IN", "Programme"]
    of_persons = graph.edges["Person", "ENROLLED_IN", "Programme"]
    assert rows(of_households, "from", "to", "since", "status", "department") == [
        ("H1", "MZ01", date(2026, 1, 1), "active", "civil_affairs"),
        ("H2", "MZ99", None, "active", "civil_affairs"),
    ]
    assert rows(of_persons, "from", "to", "until", "status") == [
        ("P1", "MZ16", date(2026, 10, 31), "ended")
    ]


def test_a_programme_that_only_a_row_names_is_a_node_with_an_id(graph: GraphFrames) -> None:
    unknown = graph.nodes["Programme"].filter(pl.col("id") == "MZ99")
    assert rows(unknown, "id", "class_name", "decided") == [("MZ99", None, None)]


def test_payments_and_services_are_disbursements(graph: GraphFrames) -> None:
    frame = graph.nodes["Disbursement"]
    assert rows(frame, "id", "unit", "unit_id", "household", "region", "amount") == [
        ("payments|1", "household", "H1", "H1", "3303", 81200),
        ("payments|2", "household", "H1", "H1", "3303", 81200),
        ("payments|3", "person", "P1", "H1", "3303", None),
        ("payments|4", "household", "H1", "H1", "3303", 5),
        ("services|1", "person", "P3", "H2", "330382", None),
        ("services|2", "person", "P3", "H2", "330382", None),
        ("services|3", "person", "P3", "H2", "330382", None),
        ("services|4", "person", "P4", "H2", "330382", None),
    ]
    assert ("services|2", "street_b") in edge(graph, "Disbursement", "PAID_BY", "Department")
    assert edge(graph, "Disbursement", "INTO", "Account") == [
        ("payments|1", "a1"),
        ("payments|2", "a1"),
    ]


def test_payments_coincide_by_known_keys_only_and_each_pair_once(graph: GraphFrames) -> None:
    pairs = graph.edges["Disbursement", "COINCIDES_WITH", "Disbursement"]
    assert rows(pairs, "from", "to", "how") == [
        ("payments|1", "payments|2", "same_month"),
        ("payments|1", "payments|3", "exclusive"),
        ("payments|2", "payments|3", "exclusive"),
        ("services|1", "services|2", "same_day"),
    ]


def test_qualifies_who_is_eligible_and_yields_to_nothing(graph: GraphFrames) -> None:
    of_households = graph.edges["Household", "QUALIFIES_FOR", "Programme"]
    of_persons = graph.edges["Person", "QUALIFIES_FOR", "Programme"]
    assert rows(of_households, "from", "to", "amount", "after") == [("H1", "MZ01", 81200, "kept")]
    assert rows(of_persons, "from", "to", "amount") == [("P3", "MZ16", None)]


def test_other_kinds_become_nodes_held_by_whom_they_name(graph: GraphFrames) -> None:
    assert rows(graph.nodes["Vehicle"], "id", "person", "household", "plate", "disabled_use") == [
        ("vehicles|浙C1", "P1", "H1", "浙C1", False),
        ("vehicles|浙C2", None, None, "浙C2", None),
    ]
    assert "_row" not in graph.nodes["Vehicle"].columns
    assert edge(graph, "Person", "OWNS", "Vehicle") == [("P1", "vehicles|浙C1")]


def test_a_kind_that_is_not_projected_leaves_neither_nodes_nor_edges() -> None:
    earnings = pl.DataFrame({"person": ["P1"], "earned": ["5"], "origin": ["earnings|1"]})
    people = village.facts().persons
    graph = graph_frames(Facts(persons=people, records={"earning": earnings}), village.pack())
    assert "Earning" not in graph.nodes
    assert not any("Earning" in ends for ends in graph.edges)


def test_a_label_carries_the_items_of_its_own_kinds_alone() -> None:
    vehicles = village.vehicles().with_columns(rural=True, earned=pl.lit("5"))
    graph = graph_frames(Facts(records={"vehicle": vehicles}), village.pack())
    assert not {"rural", "earned"} & set(graph.nodes["Vehicle"].columns)


def test_an_identity_opens_what_asks_for_it_not_what_rules_it_out(graph: GraphFrames) -> None:
    assert edge(graph, "Programme", "LINKED_TO", "Programme") == [("MZ01", "MZ16")]
    assert edge(graph, "Programme", "REQUIRES", "Criterion") == [
        ("MZ01", "income_low"),
        ("MZ16", "st_minimum_living"),
    ]
    assert edge(graph, "Criterion", "CITES", "Article") == [("income_low", "SAL-18")]


def test_a_death_on_file_is_known_of_the_person() -> None:
    people = village.facts().persons.drop("died_on")
    deaths = pl.DataFrame(
        {
            "person": ["P1", "P1", None],
            "died_on": [date(2026, 3, 2), date(2026, 3, 1), None],
            "origin": ["a|1", "b|1", "a|2"],
        }
    )
    graph = graph_frames(Facts(persons=people, records={"death": deaths}), village.pack())
    assert rows(graph.nodes["Person"], "id", "died_on", "death_origin")[:2] == [
        ("P1", date(2026, 3, 1), "b|1"),
        ("P2", None, None),
    ]
    assert edge(graph, "Person", "HOLDS", "Death") == [("P1", "a|1"), ("P1", "b|1")]


def test_a_household_is_where_it_is_handled() -> None:
    homes = pl.DataFrame(
        {"id": ["H1", "H2"], "handled_by": ["3303", None], "household_registered_in": ["33", None]}
    )
    graph = graph_frames(Facts(households=homes), village.pack())
    assert rows(graph.nodes["Household"], "id", "region", "registered_in") == [
        ("H1", "3303", "33"),
        ("H2", None, None),
    ]


def test_a_finding_is_about_a_unit_and_a_programme_that_are_there() -> None:
    findings = pl.DataFrame(
        {
            "id": ["F1", "F2", "F3"],
            "question": ["never_applied", "same_thing_same_day", "never_applied"],
            "unit": ["household", "person", "household"],
            "unit_id": ["H1", "P3", "H9"],
            "programme": ["MZ01", None, "MZ01"],
            "departments": [["civil_affairs"], [], None],
            "money": [81200, None, 5],
        }
    )
    graph = graph_frames(village.facts(), village.pack(), findings=findings)
    assert edge(graph, "Finding", "ABOUT", "Household") == [("F1", "H1")]
    assert edge(graph, "Finding", "ABOUT", "Person") == [("F2", "P3")]
    assert edge(graph, "Finding", "ABOUT", "Programme") == [("F1", "MZ01"), ("F3", "MZ01")]
    assert graph.nodes["Finding"].height == 3


def test_a_column_that_one_part_alone_has_is_unknown_in_the_others(tmp_path: Path) -> None:
    homes = pl.DataFrame({"id": ["H1", "H2"], "income": [5, None]})
    ends = homes.with_columns(income__low=pl.Series([None, 1], dtype=pl.Int64))
    parts = [
        PartFacts(Facts(households=homes), own=pl.Series(["H1"])),
        PartFacts(Facts(households=ends), own=pl.Series(["H2"])),
    ]
    made = graph_files(parts, village.pack(), tmp_path)
    whole = graph_frames(Facts(households=ends), village.pack())
    assert digest_of(made) == digest_of(whole)
    held = lazy(made.nodes["Household"]).collect()
    assert rows(held, "id", "income", "income__low") == [("H1", 5, None), ("H2", None, 1)]


def test_no_facts_give_the_pack_alone() -> None:
    graph = graph_frames(Facts(), village.pack())
    assert sorted(graph.nodes) == [
        "Act",
        "Article",
        "Criterion",
        "Department",
        "Programme",
        "Region",
    ]


def test_a_float_is_refused() -> None:
    vehicles = village.vehicles().with_columns(weight=pl.Series([1.5, None]))
    with pytest.raises(TypeError, match="`weight` is Float64"):
        graph_frames(Facts(records={"vehicle": vehicles}), village.pack())


def test_an_application_is_by_whom_it_names_and_has_its_steps() -> None:
    applications = pl.DataFrame(
        {
            "household": ["H1", "H2", None],
            "person": [None, "P3", None],
            "unit": ["household", "person", None],
            "programme": ["MZ01", "MZ16", None],
            "application_number": ["A1", "A2", None],
            "decided_on": [date(2026, 9, 1), None, None],
            "origin": ["applications|A1", "applications|A2", "applications|A3"],
        }
    )
    steps = pl.DataFrame(
        {
            "application_number": ["A1", "A1", "A9", None],
            "step": ["accept", "decide", "accept", "accept"],
            "origin": ["steps|1", "steps|2", "steps|3", "steps|4"],
        }
    )
    facts = village.facts()
    graph = graph_frames(
        Facts(
            facts.households, facts.persons, records={"application": applications, "step": steps}
        ),
        village.pack(),
    )
    assert edge(graph, "Application", "BY", "Household") == [("applications|A1", "H1")]
    assert edge(graph, "Application", "BY", "Person") == [("applications|A2", "P3")]
    assert edge(graph, "Application", "FOR", "Programme") == [
        ("applications|A1", "MZ01"),
        ("applications|A2", "MZ16"),
    ]
    assert edge(graph, "Application", "HAS_STEP", "Step") == [
        ("applications|A1", "steps|1"),
        ("applications|A1", "steps|2"),
    ]
    assert graph.nodes["Step"].height == 4


def test_labels_and_edges_are_those_that_the_schema_declares(graph: GraphFrames) -> None:
    nodes = {node.name: node.columns for node in schema.NODES}
    nodes["Vehicle"] = schema.record_node("vehicle", None).columns
    edges = {e.ends: e.columns for e in (*schema.EDGES, *schema.record_edges("vehicle"))}
    assert graph.nodes.keys() <= nodes.keys()
    assert graph.edges.keys() <= edges.keys()
    assert all(nodes[label].keys() <= set(f.columns) for label, f in graph.nodes.items())
    assert all(edges[ends].keys() <= set(f.columns) for ends, f in graph.edges.items())


def test_no_criterion_reads_a_word_that_the_graph_uses_otherwise() -> None:
    made = {"size", "region", "household", "relation", "origin", "name_masked"}
    assert made | schema.RESERVED <= TAKEN
    assert made <= schema.HOUSEHOLD.properties.keys() | schema.PERSON.properties.keys()


def test_a_graph_made_in_parts_is_the_graph_made_at_once(tmp_path: Path) -> None:
    facts, decisions = village.facts(), village.decisions()
    parts = [
        PartFacts(facts, decisions, pl.Series(own))
        for own in (["H1", "P1"], ["H2", "P3", "P4", "H3"], ["P2"])
    ]
    nobodys = facts.records["vehicle"].filter(pl.col("person").is_null())
    only_once = {**facts.records, "vehicle": facts.records["vehicle"].drop_nulls("person")}
    elsewhere = [replace(each, facts=replace(facts, records=only_once)) for each in parts[1:]]
    assert nobodys.height == 1
    made = graph_files([parts[0], *elsewhere], village.pack(), tmp_path, as_of=village.AS_OF)
    whole = graph_frames(facts, village.pack(), decisions=decisions, as_of=village.AS_OF)
    assert {n: r.height for n, r in made.nodes.items()} == {
        n: r.height for n, r in whole.nodes.items()
    }
    assert {e: r.height for e, r in made.edges.items()} == {
        e: r.height for e, r in whole.edges.items()
    }
    assert digest_of(made) == digest_of(whole)
