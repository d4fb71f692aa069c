from datetime import date

import polars as pl

from matching.facts import happened, latest, settle

AS_OF = date(2026, 10, 31)
SCHEMA = {
    "id": pl.String,
    "sex": pl.String,
    "born": pl.Date,
    "_source": pl.String,
    "_load": pl.Int64,
}
Row = tuple[str, str | None, date | None, str, int]
BORN = date(1950, 1, 2)


def stated(*rows: Row) -> pl.DataFrame:
    frame = pl.DataFrame(rows, SCHEMA, orient="row")
    return frame.with_columns(
        origin=pl.format("{}|{}", "_source", pl.int_range(pl.len())),
        file=pl.lit("f.csv"),
        sheet=pl.lit(None, pl.String),
        row=pl.int_range(pl.len()),
    )


def settled(*rows: Row) -> tuple[dict[str, tuple[str | None, date | None]], pl.DataFrame]:
    facts, conflicts = settle(stated(*rows), "person", ["sex", "born"])
    return {key: (sex, born) for key, sex, born, *_ in facts.iter_rows()}, conflicts


def test_one_statement_is_the_fact() -> None:
    facts, conflicts = settled(("p", "male", BORN, "police", 1), ("q", None, BORN, "police", 1))
    assert facts == {"p": ("male", BORN), "q": (None, BORN)}
    assert conflicts.is_empty()


def test_sources_that_say_the_same_or_nothing_agree() -> None:
    facts, conflicts = settled(
        ("p", "male", None, "police", 1),
        ("p", "male", BORN, "health", 2),
        ("q", None, None, "a", 1),
    )
    assert facts == {"p": ("male", BORN), "q": (None, None)}
    assert conflicts.is_empty()


def test_two_sources_that_disagree_leave_the_fact_unknown_and_are_both_named() -> None:
    facts, conflicts = settled(("p", "male", BORN, "police", 1), ("p", "female", BORN, "health", 2))
    assert facts == {"p": (None, BORN)}
    assert conflicts.rows() == [
        ("person", "p", "sex", ["female", "male"], ["health|1", "police|0"])
    ]


def test_a_later_load_of_one_source_corrects_the_earlier_one() -> None:
    facts, conflicts = settled(("p", "male", BORN, "police", 1), ("p", "female", None, "police", 2))
    assert facts == {"p": ("female", None)}
    assert conflicts.is_empty()


def test_one_load_that_contradicts_itself_is_a_conflict() -> None:
    facts, conflicts = settled(("p", "male", BORN, "police", 1), ("p", "female", BORN, "police", 1))
    assert facts == {"p": (None, BORN)}
    assert conflicts["origins"].to_list() == [["police|0", "police|1"]]


def test_the_last_load_of_each_key_counts() -> None:
    rows = pl.DataFrame(
        {"_source": ["a"] * 3, "_key": ["1", "1", "2"], "_load": [1, 2, 1], "x": [1, 2, 3]}
    )
    assert latest(rows)["x"].to_list() == [2, 3]
    assert latest(rows.filter(pl.col("_load") == 1))["x"].to_list() == [1, 3]


def test_what_comes_after_the_day_has_not_happened() -> None:
    rows = pl.DataFrame(
        {
            "n": [1, 2, 3, 4],
            "registered_on": [AS_OF, date(2026, 11, 1), None, AS_OF],
            "until": [None, None, None, date(2030, 1, 1)],
        }
    )
    assert happened(rows, ["registered_on", "until"], AS_OF)["n"].to_list() == [1, 3, 4]
    assert happened(rows, ["until"], AS_OF).height == 4


def test_an_application_decided_later_was_still_open() -> None:
    rows = pl.DataFrame(
        {
            "accepted_on": [date(2026, 10, 1)] * 3,
            "due_on": [date(2026, 12, 1)] * 3,
            "decided_on": [AS_OF, date(2026, 11, 1), None],
            "result": ["approved", "approved", None],
        }
    )
    known = happened(rows, ["accepted_on", "due_on", "decided_on"], AS_OF)
    assert known["decided_on"].to_list() == [AS_OF, None, None]
    assert known["result"].to_list() == ["approved", None, None]


def test_a_review_that_is_still_due_is_on_file_and_its_outcome_not_yet_known() -> None:
    days = ("review_due_on", "reviewed_on", "next_review_on")
    later = AS_OF.replace(year=AS_OF.year + 1)
    rows = pl.DataFrame(
        {
            "review_due_on": [later, AS_OF],
            "reviewed_on": [later, AS_OF],
            "next_review_on": [later, later],
            "review_outcome": ["kept", "ended"],
        }
    )
    known = happened(rows, days, AS_OF)
    assert known["reviewed_on"].to_list() == [None, AS_OF]
    assert known["review_outcome"].to_list() == [None, "ended"]
