"""Values of scenario tables: dates counted from the as-of day, months, money, yes and no."""

from datetime import date

import pytest

from demo.fields import FIELDS
from demo.values import ValueFormError, parse, parse_date, parse_hundredths, parse_months

DAYS = [
    ("2026-05-01", date(2026, 5, 1)),
    ("0d", date(2026, 10, 31)),
    ("-1d", date(2026, 10, 30)),
    ("+1d", date(2026, 11, 1)),
    ("-80y", date(1946, 10, 31)),
    ("-80y+1d", date(1946, 11, 1)),
    ("-80y-1d", date(1946, 10, 30)),
    ("-8m", date(2026, 2, 28)),
    ("-3m@1", date(2026, 7, 1)),
    ("-4m@last", date(2026, 6, 30)),
    ("-8m@30", date(2026, 2, 28)),
]


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_is_written_or_counted_from_the_as_of_day(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "-3x", "3m@first", "1-1-2026"])
def test_what_is_no_day_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueFormError, match=r"no date|no day"):
        parse_date(text)


def test_months_are_one_or_a_span_with_both_ends() -> None:
    assert parse_months("0m") == (date(2026, 10, 1),)
    assert parse_months("2026-05") == (date(2026, 5, 1),)
    assert parse_months("-2m..0m") == (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))
    assert len(parse_months("-13m..0m")) == 14


@pytest.mark.parametrize("text", ["0m..-2m", "-1m..0m..1m", "May", "2026-13"])
def test_what_is_no_span_of_months_is_refused(text: str) -> None:
    with pytest.raises(ValueFormError, match="month"):
        parse_months(text)


def test_money_is_exact_to_the_fen() -> None:
    assert parse_hundredths("1099.99") == 109999
    assert parse_hundredths("0") == 0
    with pytest.raises(ValueFormError, match="more than two decimals"):
        parse_hundredths("1099.999")
    with pytest.raises(ValueFormError, match="no number"):
        parse_hundredths("much")


def test_words_are_taken_from_the_list_of_their_field() -> None:
    sex = FIELDS["household_register"]["sex"]
    assert parse(sex, "female") == "female"
    with pytest.raises(ValueFormError, match="none of male, female"):
        parse(sex, "woman")
    rural = FIELDS["household_register"]["rural"]
    assert parse(rural, "yes") is True
    with pytest.raises(ValueFormError, match="neither yes nor no"):
        parse(rural, "true")
    grade = FIELDS["disability_certificates"]["disability_grade"]
    assert parse(grade, "3") == 3
    with pytest.raises(ValueFormError, match="no whole number"):
        parse(grade, "third")
