"""RDF to expressions: exact numbers, lists and blank nodes, every fault at its line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from rdflib import OWL, Graph, URIRef

from ontology import from_owl
from ontology.errors import PolicyError
from ontology.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Compare,
    Expression,
    Is,
    Named,
    Not,
    OneOf,
    Only,
    Received,
    Some,
)
from ontology.lines import line_of
from tests.ontology.small import small_pack, version

if TYPE_CHECKING:
    from pathlib import Path

PACK = small_pack(
    (),
    [
        version("poor", "household", Named("household")),
        version("counted", "person", Named("person")),
    ],
    programmes={"poor": "MZ01"},
)
PREFIXES = """@prefix : <https://example.org/> .
@prefix ag: <https://w3id.org/aidgraph/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
X = URIRef("https://example.org/x")


def read(body: str, path: Path | str = "aid.ttl", unit: str | None = None) -> Expression:
    """The expression that `:x` is said to be equivalent to."""
    graph = Graph().parse(data=f"{PREFIXES}:x owl:equivalentClass {body} .", format="turtle")
    node = graph.value(X, OWL.equivalentClass)
    assert node is not None
    return from_owl.expression(graph, node, PACK.vocabulary, path, unit)


def limited(word: str, facets: str, base: str = "xsd:decimal") -> str:
    return (
        f"[ a owl:Restriction ; owl:onProperty :{word} ; owl:someValuesFrom"
        f" [ a rdfs:Datatype ; owl:onDatatype {base} ; owl:withRestrictions ( {facets} ) ] ]"
    )


def role(name: str, rest: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {name} ; {rest} ]"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (limited("savings", "[ xsd:maxExclusive 1.10 ]"), Compare("savings", "<", Decimal("1.1"))),
        (limited("savings", "[ xsd:minInclusive 3 ]"), Compare("savings", ">=", Decimal(3))),
        (
            limited("savings", '[ xsd:maxInclusive "0.1"^^xsd:decimal ]'),
            Compare("savings", "<=", Decimal("0.1")),
        ),
        (
            limited("savings", "[ xsd:minExclusive 0 ] [ xsd:maxExclusive 5 ]"),
            AllOf((Compare("savings", ">", Decimal(0)), Compare("savings", "<", Decimal(5)))),
        ),
        (role(":rural", "owl:hasValue true"), Is("rural", value=True)),
        (role(":rural", "owl:hasValue false"), Is("rural", value=False)),
        (role(":savings", "owl:hasValue 0"), Compare("savings", "=", Decimal(0))),
        (
            role(":handled_by", 'owl:hasValue "330382"'),
            OneOf("handled_by", ("330382",)),
        ),
        (
            role(
                "ag:hasMember",
                "owl:someValuesFrom [ a owl:Restriction ; owl:onProperty :sex ;"
                ' owl:someValuesFrom [ a rdfs:Datatype ; owl:oneOf ( "male" "female" ) ] ]',
            ),
            Some("has_member", OneOf("sex", ("male", "female"))),
        ),
        (role("ag:hasMember", "owl:allValuesFrom :counted"), Only("has_member", Named("counted"))),
        (
            role("ag:hasMember", "owl:maxQualifiedCardinality 0 ; owl:onClass :counted"),
            AtMost(0, "has_member", Named("counted")),
        ),
        (
            role("ag:hasMember", "owl:minQualifiedCardinality 2 ; owl:onClass :counted"),
            AtLeast(2, "has_member", Named("counted")),
        ),
        (
            role("ag:hasMember", "owl:qualifiedCardinality 1 ; owl:onClass :counted"),
            AllOf(
                (
                    AtLeast(1, "has_member", Named("counted")),
                    AtMost(1, "has_member", Named("counted")),
                )
            ),
        ),
        (role("ag:hasMember", "owl:minCardinality 3"), AtLeast(3, "has_member", Named("person"))),
        (role(":has_survey", "owl:someValuesFrom :survey"), Some("has_survey", Named("survey"))),
        (
            "[ a owl:Class ; owl:intersectionOf ( ag:Household [ owl:complementOf :poor ] ) ]",
            AllOf((Named("household"), Not(Named("poor")))),
        ),
        (
            f"[ owl:unionOf ( :poor {role(':rural', 'owl:hasValue true')} ) ]",
            AnyOf((Named("poor"), Is("rural", value=True))),
        ),
        (
            role(
                "ag:hasReceived",
                "owl:someValuesFrom [ owl:onProperty ag:under ; owl:hasValue :poor ]",
            ),
            Received("MZ01"),
        ),
        (
            role(
                ":savings",
                "owl:someValuesFrom [ owl:datatypeComplementOf [ owl:oneOf ( 1 2.5 ) ] ]",
            ),
            Not(OneOf("savings", (Decimal(1), Decimal("2.5")))),
        ),
    ],
)
def test_every_construct_becomes_its_node(body: str, expected: Expression) -> None:
    assert read(body, unit="household") == expected


def test_a_number_never_passes_through_a_float() -> None:
    digits = "0.1000000000000000055511151231257827"
    made = read(limited("savings", f'[ xsd:maxExclusive "{digits}"^^xsd:decimal ]'))
    assert made == Compare("savings", "<", Decimal(digits))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            limited("savngs", "[ xsd:maxExclusive 1 ]"),
            "No property `savngs`. Did you mean `savings`?",
        ),
        (":por", "No class `por`. Did you mean `poor`?"),
        ("[ owl:intersectionOf () ]", "An empty intersection would match everyone or no one."),
        ("[ owl:unionOf () ]", "An empty union would match everyone or no one."),
        ("[ a owl:Class ]", "Not a class expression that is understood"),
        (limited("savings", "[ xsd:length 1 ]"), "No facet `length`."),
        (limited("savings", ""), "An empty withRestrictions"),
        (limited("savings", '[ xsd:maxExclusive "1.5"^^xsd:double ]'), "is a decimal, never `1.5`"),
        (
            limited("handled_by", "[ xsd:maxExclusive 1 ]"),
            "`handled_by` is a region: it has no limits.",
        ),
        (
            limited("income", "[ xsd:maxExclusive 1 ]"),
            "`income` is a fact of a person, not of a household.",
        ),
        (role(":savings", "owl:someValuesFrom xsd:decimal"), "limits nothing"),
        (role(":savings", "owl:allValuesFrom xsd:decimal"), "`savings` needs some or value."),
        (role(":rural", 'owl:hasValue "yes"'), "`rural` is a boolean, never `yes`."),
        (
            role(":rural", "owl:someValuesFrom [ owl:oneOf ( true ) ]"),
            "takes a list of texts or of numbers",
        ),
        (
            role("ag:hasMember", "owl:someValuesFrom :poor"),
            "`poor` is about a household, not a person.",
        ),
        (
            role("ag:memberOf", "owl:someValuesFrom :poor"),
            "`memberOf` is a role of a person, not of a household.",
        ),
        (
            role("ag:hasMember", "owl:hasSelf true"),
            "`hasMember` needs some, only, min, max or exactly.",
        ),
        (role("ag:hasMember", "owl:maxCardinality -1"), "`-1` is not a number of hasMember."),
        (role("ag:hasReceived", "owl:someValuesFrom :poor"), "Say `hasReceived some (under value"),
        (
            role(
                "ag:hasReceived",
                "owl:someValuesFrom [ owl:onProperty ag:under ; owl:hasValue :counted ]",
            ),
            "No programme `counted`.",
        ),
        (
            role(
                "ag:hasMember", 'owl:someValuesFrom [ owl:onProperty :sex ; owl:hasValue "femal" ]'
            ),
            "`sex` is a enum, never `femal`. Did you mean `female`?",
        ),
    ],
)
def test_a_fault_says_what_is_wrong_and_never_becomes_a_node(body: str, fault: str) -> None:
    with pytest.raises(PolicyError) as raised:
        read(body, unit="household")
    assert any(fault in f.says for f in raised.value.faults), [f.says for f in raised.value.faults]


def test_all_faults_are_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "aid.ttl"
    text = f"""{PREFIXES}
# savngs stands in a comment, and in another class:
:other a owl:Class ; rdfs:seeAlso :savngs .
:x a owl:Class ;
  owl:equivalentClass [ owl:intersectionOf (
    [ owl:onProperty :savngs ; owl:hasValue 1 ]
    :por
    [ owl:unionOf () ]
  ) ] .
"""
    path.write_text(text, encoding="utf-8")
    graph = Graph().parse(path)
    node = graph.value(X, OWL.equivalentClass)
    assert node is not None
    with pytest.raises(PolicyError) as raised:
        from_owl.expression(graph, node, PACK.vocabulary, path)
    assert [(f.file, f.line, f.says.split(".")[0]) for f in raised.value.faults] == [
        (str(path), 11, "No property `savngs`"),
        (str(path), 12, "No class `por`"),
        (str(path), 9, "An empty union would match everyone or no one"),
    ]


def test_the_unit_is_that_of_the_class_it_belongs_to() -> None:
    graph = Graph().parse(
        data=f"{PREFIXES}:poor owl:equivalentClass {role(':student', 'owl:hasValue true')} .",
        format="turtle",
    )
    node = graph.value(URIRef("https://example.org/poor"), OWL.equivalentClass)
    assert node is not None
    with pytest.raises(PolicyError, match="`student` is a fact of a person, not of a household"):
        from_owl.expression(graph, node, PACK.vocabulary, "aid.ttl")


def test_a_broken_list_is_a_fault_and_never_read_for_ever() -> None:
    graph = Graph().parse(
        data=f"{PREFIXES}:x owl:equivalentClass [ owl:unionOf _:a ] ."
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
        "_:a rdf:first :poor ; rdf:rest _:a .",
        format="turtle",
    )
    node = graph.value(X, OWL.equivalentClass)
    assert node is not None
    with pytest.raises(PolicyError, match="A broken list in union"):
        from_owl.expression(graph, node, PACK.vocabulary, "aid.ttl")


@pytest.mark.parametrize(
    ("word", "after", "line"),
    [
        ("poor", 1, 3),
        ("poorer", 1, 2),
        ("savings", 1, 2),
        ("savings", 3, 4),
        ("absent", 1, 0),
        ("full", 1, 5),
    ],
)
def test_a_word_is_found_where_it_is_described(word: str, after: int, line: int) -> None:
    text = (
        "# :poor and :savings\n:poorer :p :poor ; :q :savings .\n:poor a :c .\n"
        "[ :r :savings ] .\n<https://example.org/full> a :c ."
    )
    assert line_of(text, word, after) == line
