import polars as pl

from matching.kin import kin


def people(*rows: tuple[str | None, str | None, str | None, str | None]) -> pl.DataFrame:
    names = ["number", "spouse_number", "father_number", "mother_number"]
    return pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")


def pairs(found: pl.DataFrame) -> set[tuple[int, str, int, str]]:
    return set(found.select("person", "kin_kind", "kin", "kin_number").iter_rows())


def test_three_generations_are_kin_in_both_directions() -> None:
    found = kin(
        people(
            ("G", None, None, None),
            ("F", "M", "G", None),
            ("M", None, None, None),
            ("C", None, "F", "M"),
        )
    )
    assert pairs(found) == {
        (0, "child", 1, "F"),
        (0, "grandchild", 3, "C"),
        (1, "parent", 0, "G"),
        (1, "spouse", 2, "M"),
        (1, "child", 3, "C"),
        (2, "spouse", 1, "F"),
        (2, "child", 3, "C"),
        (3, "parent", 1, "F"),
        (3, "parent", 2, "M"),
        (3, "grandparent", 0, "G"),
    }


def test_a_relative_whom_nobody_knows_is_kept_as_a_person_of_unknown_facts() -> None:
    found = kin(people(("C", None, "X", None), ("S", "Y", None, None)))
    assert pairs(found) == {(0, "parent", -1, "X"), (1, "spouse", -1, "Y")}


def test_children_of_one_parent_are_siblings_even_if_the_parent_is_unknown() -> None:
    found = kin(people(("A", None, "X", "Y"), ("B", None, "X", None), ("C", None, None, None)))
    assert {pair for pair in pairs(found) if pair[1] == "sibling"} == {
        (0, "sibling", 1, "B"),
        (1, "sibling", 0, "A"),
    }


def test_a_marriage_that_both_state_counts_once() -> None:
    found = kin(people(("A", "B", None, None), ("B", "A", None, None)))
    assert pairs(found) == {(0, "spouse", 1, "B"), (1, "spouse", 0, "A")}


def test_full_siblings_count_once_and_nobody_is_kin_to_himself() -> None:
    found = kin(people(("F", "F", None, None), ("A", None, "F", "X"), ("B", None, "F", "X")))
    siblings = [pair for pair in found.iter_rows() if pair[2] == "sibling"]
    assert len(siblings) == 2
    assert all(person != relative for person, relative, *_ in found.iter_rows())


def test_who_states_no_number_has_no_kin() -> None:
    assert kin(people((None, None, None, None), ("A", None, None, None))).is_empty()
