"""Class expressions asked of a graph: the same three values as over columns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings

from graph_loader.stores.protocol import open_store
from ontology.errors import PolicyError, UnsupportedError
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
from ontology.to_cypher import to_cypher
from tests.ontology.asked import answers, ask, asking, fill, limit, of_households
from tests.ontology.oracle import ORACLE, expressions
from tests.ontology.small import (
    DAY,
    ITEMS,
    item,
    small_pack,
    table,
    truth,
    version,
    world,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph_loader.stores.protocol import GraphStore
    from ontology.to_frame import Frames

RURAL = Is("rural", value=True)
STUDENT = Is("student", value=True)


def test_and_or_follow_kleene(store: GraphStore) -> None:
    known: list[bool | None] = [True, False, None]
    pairs = list(product(known, known))
    columns: dict[str, list[Any]] = {
        "rural": [a for a, _ in pairs],
        "savings": [None if b is None else 1 - b for _, b in pairs],
    }
    low = limit("<", "0.01")
    assert of_households(store, AllOf((RURAL, low)), columns) == [
        *(True, False, None),
        *(False, False, False),
        *(None, False, None),
    ]
    assert of_households(store, AnyOf((RURAL, low)), columns) == [
        *(True, True, True),
        *(True, False, None),
        *(True, None, None),
    ]
    assert of_households(store, AllOf((Not(AnyOf((RURAL, low))),)), columns) == [
        *(False, False, False),
        *(False, True, None),
        *(False, None, None),
    ]


def test_words_of_a_list_and_booleans(store: GraphStore) -> None:
    frames = world(
        small_pack(),
        [0] * 3,
        person={"sex": ["male", "female", None], "student": [True, False, None]},
    )
    assert ask(store, OneOf("sex", ("female",)), "person", frames) == [False, True, None]
    assert ask(store, Is("student", value=False), "person", frames) == [False, True, None]
    assert ask(store, Named("person"), "person", frames) == [True, True, True]


# One row a household: its members' `student`, whether the roster is closed.
FAMILIES: list[tuple[list[bool | None], bool | None]] = [
    ([True, False], True),
    ([False, False], True),
    ([False, None], True),
    ([], True),
    ([True, True, None], True),
    ([True, False], False),
    ([False, False], False),
    ([], False),
    ([True, True], False),
    ([False], None),
]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            Some("has_member", STUDENT),
            [True, False, None, False, True, True, None, None, True, None],
        ),
        (
            Only("has_member", STUDENT),
            [False, False, False, True, None, False, False, None, None, False],
        ),
        (
            AtLeast(2, "has_member", STUDENT),
            [False, False, False, False, True, None, None, None, True, None],
        ),
        (
            AtMost(1, "has_member", STUDENT),
            [True, True, True, True, False, None, None, None, False, None],
        ),
        (
            AtLeast(3, "has_member", STUDENT),
            [False, False, False, False, None, None, None, None, None, None],
        ),
        (
            AtMost(0, "has_member", STUDENT),
            [False, True, None, True, False, False, None, None, False, None],
        ),
        (AtLeast(0, "has_member", STUDENT), [True] * 10),
        (
            AtLeast(2, "has_member", Named("person")),
            [True, True, True, False, True, True, True, None, True, None],
        ),
        (
            Not(Some("has_member", STUDENT)),
            [False, True, None, True, False, False, None, None, False, None],
        ),
    ],
)
def test_members_are_counted_with_open_rosters(
    store: GraphStore, expression: Expression, expected: list[bool | None]
) -> None:
    homes = [i for i, (members, _) in enumerate(FAMILIES) for _ in members]
    students = [student for members, _ in FAMILIES for student in members]
    closed = [c for _, c in FAMILIES]
    frames = world(small_pack(), homes, closed=closed, person={"student": students}, count=10)
    assert ask(store, expression, "household", frames) == expected


def test_some_holds_of_one_and_the_same_member(store: GraphStore) -> None:
    both = AllOf((STUDENT, OneOf("sex", ("female",))))
    frames = world(
        small_pack(),
        [0, 0, 1, 2, 2],
        person={
            "student": [True, False, True, True, False],
            "sex": ["male", "female", "female", None, "female"],
        },
    )
    assert ask(store, Some("has_member", both), "household", frames) == [False, True, None]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (Some("member_of", RURAL), [True, False, None, None]),
        (Only("member_of", RURAL), [True, False, None, None]),
        (AtMost(0, "member_of", RURAL), [False, True, None, None]),
        (AtLeast(2, "member_of", RURAL), [False, False, False, None]),
        (AtMost(1, "member_of", RURAL), [True, True, True, True]),
    ],
)
def test_a_person_takes_the_truth_of_the_household(
    store: GraphStore, expression: Expression, expected: list[bool | None]
) -> None:
    frames = world(small_pack(), [0, 1, 2, -1], household={"rural": [True, False, None]})
    assert ask(store, expression, "person", frames) == expected


def test_roles_lie_within_roles(store: GraphStore) -> None:
    frames = world(
        small_pack(),
        [0, 0, 1],
        household={"rural": [True, None]},
        person={"student": [False, True, None]},
    )
    rural_student = AllOf((STUDENT, Some("member_of", RURAL)))
    nested = Some("member_of", Some("has_member", rural_student))
    assert ask(store, nested, "person", frames) == [True, True, None]


def test_who_left_or_is_yet_to_come_is_no_member(store: GraphStore) -> None:
    frames = world(small_pack(), [], count=4)
    frames.rows["person"] = table({"id": ["p0", "p1", "p2", "p3"], "student": [True] * 4}, ORACLE)  # type: ignore[index]
    members = pl.DataFrame(
        {
            "from": ["h0", "h1", "h2", "h3"],
            "to": ["p0", "p1", "p2", "p3"],
            "since": [None, date(2026, 8, 2), DAY, None],
            "until": [DAY, None, date(2026, 8, 2), None],
        }
    )
    pack = small_pack(classes=[asking(Some("has_member", STUDENT), "household")])
    fill(store, pack, frames, members=members)
    assert answers(store, pack, "asked") == {"h0": False, "h1": False, "h2": True, "h3": True}


def test_a_programme_received_before(store: GraphStore) -> None:
    frames = world(small_pack(), [], count=3, household={"received_HS01": [True, False, None]})
    assert ask(store, Received("HS01"), "household", frames) == [True, False, None]
    assert ask(store, Received("HS02"), "household", frames) == [None, None, None]


def test_values_travel_as_parameters_and_equal_ones_once() -> None:
    evil = "x'] RETURN 1 //"
    expression = AllOf(
        (OneOf("sex", (evil,)), Not(OneOf("sex", (evil,))), Compare("income", "<", Decimal(7)))
    )
    query = to_cypher(small_pack(classes=[asking(expression, "person")]), "asked", DAY)
    assert evil not in query.text
    assert dict(query.parameters) == {"p0": [evil], "p1": 700}
    assert query.text == (
        "MATCH (p1:Person)\n"
        "RETURN p1.id AS id,\n"
        "       ((p1.sex IN $p0) AND (NOT (p1.sex IN $p0)) AND (p1.income < $p1)) AS truth,\n"
        "       true AS applies\n"
        "ORDER BY id"
    )


def test_an_empty_list_never_matches_everyone() -> None:
    for empty in (AllOf(()), AnyOf(()), OneOf("sex", ()), Not(AllOf(()))):
        pack = small_pack(classes=[asking(empty, "person")])
        with pytest.raises(PolicyError, match="everyone or no one"):
            to_cypher(pack, "asked", DAY)


@pytest.mark.parametrize(
    ("expression", "unit", "says"),
    [
        (Compare("savngs", "<", Decimal(1)), "household", "No property `savngs`"),
        (Compare("income", "<", Decimal(1)), "household", "No property `income` of household"),
        (Some("has_boat", RURAL), "household", "has_boat"),
        (Some("has_member", RURAL), "household", "No property `rural` of person"),
    ],
)
def test_an_unknown_word_is_an_error_and_matches_no_one(
    expression: Expression, unit: str, says: str
) -> None:
    pack = small_pack(classes=[asking(expression, unit)])
    with pytest.raises(PolicyError, match=says):
        to_cypher(pack, "asked", DAY)


def test_an_unknown_programme_names_the_nearest() -> None:
    pack = small_pack(classes=[version("poor", "household", RURAL)], programmes={"poor": "MZ01"})
    assert to_cypher(pack, "MZ01", DAY) == to_cypher(pack, "poor", DAY)
    with pytest.raises(PolicyError, match=r"No programme or class `MZ02`\. Did you mean `MZ01`"):
        to_cypher(pack, "MZ02", DAY)


ODD = (
    item("title", "household", "boolean"),
    item("名", "household", "boolean"),
    item("number", "household", "boolean", sensitivity="identity"),
)


@pytest.mark.parametrize(
    ("expression", "unit", "says"),
    [
        (Some("has_vehicle", Is("disabled_use", value=True)), "person", "role `has_vehicle`"),
        (Some("has_kin", STUDENT), "person", "the role `has_kin`"),
        (Is("disabled_use", value=True), "vehicle", "a class of `vehicle`"),
        (Is("title", value=True), "household", "`title`: it is no property there"),
        (Is("number", value=True), "household", "`number`: it is no property there"),
        (Is("名", value=True), "household", "the name `名`"),
        (Received("x) //"), "household", "the name `received_x"),
    ],
)
def test_what_the_graph_cannot_say_is_refused(expression: Expression, unit: str, says: str) -> None:
    pack = small_pack(classes=[asking(expression, unit)], items=(*ITEMS, *ODD))
    with pytest.raises(UnsupportedError, match=says.replace(")", r"\)")):
        to_cypher(pack, "asked", DAY)


def test_an_identity_is_the_class_or_where_unknown_the_roll(store: GraphStore) -> None:
    pack = small_pack(
        classes=[
            version("poor", "household", RURAL),
            asking(Named("poor"), "household"),
            version("helped", "person", Not(Some("member_of", Named("asked")))),
        ],
        programmes={"poor": "MZ01"},
    )
    frames = world(
        pack,
        [0, 1, 2, 3, 4, -1],
        household={
            "rural": [True, False, None, None, None],
            "enrolled_MZ01": [None, True, True, False, None],
        },
    )
    fill(store, pack, frames)
    assert list(answers(store, pack, "asked").values()) == [True, False, True, None, None]
    assert list(answers(store, pack, "MZ01").values()) == [True, False, None, None, None]
    assert list(answers(store, pack, "helped").values()) == [False, True, False, None, None, None]


def test_a_circle_is_told_and_not_written_out() -> None:
    circle = [version("a", "person", Named("b")), version("b", "person", Not(Named("a")))]
    with pytest.raises(PolicyError, match="A circle: a → b → a"):
        to_cypher(small_pack(classes=circle), "a", DAY)


MEMBERS = [(None, 0), (True, None), (False, 2), (None, None), (True, 1)]


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GraphStore, Frames]]:
    """Households of each savings, rural and roster, of none to three of the members above."""
    store = open_store("kglite", tmp_path_factory.mktemp("village"))
    own = list(product([True, False, None], [0, 1, 3, None], [True, False]))
    groups = [MEMBERS[i % 5 : i % 5 + i % 4] for i in range(len(own))]
    frames = world(
        ORACLE,
        [i for i, group in enumerate(groups) for _ in group],
        count=len(own),
        closed=[closed for _, _, closed in own],
        household={"rural": [r for r, _, _ in own], "savings": [s for _, s, _ in own]},
        person={
            "student": [s for group in groups for s, _ in group],
            "grade": [g for group in groups for _, g in group],
        },
    )
    parts: tuple[Expression, ...] = (
        *(RURAL, limit("<", "1")),
        Some("has_member", AllOf((STUDENT, Compare("grade", "<", Decimal(1))))),
    )
    every = small_pack(
        classes=[asking(AllOf(parts), "household")], items=ORACLE.vocabulary.items.values()
    )
    fill(store, every, frames)
    yield store, frames
    store.close()


@settings(max_examples=200)
@given(e=expressions("household", ("rural", "savings", "student", "grade") * 2, 3))
def test_the_graph_answers_as_the_columns_do(
    village: tuple[GraphStore, Frames], e: Expression
) -> None:
    store, frames = village
    pack = small_pack(classes=[asking(e, "household")], items=ORACLE.vocabulary.items.values())
    found = answers(store, pack, "asked")
    expected = truth(ORACLE, frames, "household", e)
    assert [found[each] for each in frames.rows["household"]["id"]] == expected
