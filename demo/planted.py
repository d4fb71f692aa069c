"""Planted families: what departments hold of each scenario, ordinary where nothing is stated."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from demo.dates import AS_OF
from demo.fields import AGES, FIELDS, schema
from demo.offices import AMOUNTS, BY_DEPARTMENT, HOUSEHOLD_PROGRAMMES
from demo.population import DATA, OLD
from demo.scenarios import NO_ROWS, REGISTER, UNKNOWN, Scenario, labels
from demo.values import parse, parse_months

if TYPE_CHECKING:
    from collections.abc import Iterable

ORDINARY_INCOME: Final = 800_000
ORDINARY_SAVINGS: Final = 30_000_000
ORDINARY_HOME: Final = 9_000
ADULT: Final = 18
PAY_DAY: Final = 10
DAYS_TO_DECIDE: Final = 42
DAYS_TO_ANSWER: Final = 25

Row = dict[str, Any]


@dataclass(slots=True)
class Planted:
    """Planted people and the rows about them; `person` and `household` count from 0."""

    people: list[Row] = field(default_factory=list)
    homes: list[Row] = field(default_factory=list)
    records: dict[str, list[Row]] = field(default_factory=dict)
    who: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, source: str, row: Row) -> None:
        self.records.setdefault(source, []).append(row)


def full_name(table: str, scenario: str) -> str:
    """A scenario's name among those of several tables."""
    return f"{table}/{scenario}"


def plant(scenarios: Iterable[tuple[str, Scenario]]) -> Planted:
    """Every scenario's people, households and rows; each scenario comes with its table."""
    planted = Planted()
    places = pl.read_csv(DATA / "villages.csv", infer_schema=False).rows()
    for at, (table, scenario) in enumerate(scenarios):
        name = full_name(table, scenario.name)
        village, township = places[at * 7 % len(places)][:2]
        _register(planted, name, scenario, (village, township))
        stated = _stated(planted, name, scenario)
        _ordinary(planted, name, scenario, stated)
    return planted


def frames(planted: Planted) -> dict[str, pl.DataFrame]:
    """The rows as one frame a source, every source present."""
    return {s: pl.DataFrame(planted.records.get(s, []), schema(s), orient="row") for s in FIELDS}


def _register(planted: Planted, name: str, scenario: Scenario, place: tuple[str, str]) -> None:
    held = scenario.rows.get(REGISTER, {})
    homes: dict[int, int] = {}
    for label in labels(scenario):
        planted.who[name, label] = len(planted.who)
    for label in labels(scenario):
        words = held.get(label, {})
        row = _row(planted, name, REGISTER, {"person": label, **words})
        empty = {word for word, value in words.items() if value == UNKNOWN}
        row |= {
            word: _default(REGISTER, word) for word in empty & {"household", "birth_date", "sex"}
        }
        first = row["household"] not in homes
        if first:
            homes[row["household"]] = len(planted.homes)
            planted.homes.append({"village": place[0], "township": place[1]})
        row["relation"] = row["relation"] or ("head" if first else "other")
        row["household"] = homes[row["household"]]
        row["since"] = row["since"] or max(date(2015, 1, 1), row["birth_date"])
        row["school_stage"] = row["school_stage"] or _stage(row["birth_date"])
        for region in ("registered_in", "household_registered_in", "lives_in"):
            row[region] = row[region] or place[0]
        row["handled_by"] = row["handled_by"] or place[1]
        planted.people.append(row)
        planted.add(REGISTER, row | dict.fromkeys(empty - {"household"}))


def _default(source: str, word: str) -> Any:  # noqa: ANN401 - of any form
    """What a field is where a scenario does not say it."""
    spec = FIELDS[source][word]
    return None if spec.default is None else parse(spec, spec.default)


def _stage(birth: date) -> str:
    """Where a minor of this birthday goes to school; grown people go nowhere."""
    age = AS_OF.year - birth.year - ((AS_OF.month, AS_OF.day) < (birth.month, birth.day))
    fitting = [stage for first, stage in AGES if age >= first]
    return fitting[-1] if fitting and age < ADULT else "none"


def _row(planted: Planted, name: str, source: str, words: dict[str, str]) -> Row:
    """One row with its values parsed, defaults filled in and labels turned into people."""
    row: Row = {"person": planted.who[name, words.get("person", "a")]}
    for word, spec in FIELDS[source].items():
        text = words.get(word, spec.default)
        if text is None or text == UNKNOWN or spec.form == "months":
            row[word] = None
        elif spec.form == "label":
            row[word] = planted.who[name, text]
        else:
            row[word] = parse(spec, text)
    return row


def _stated(planted: Planted, name: str, scenario: Scenario) -> set[tuple[str, int]]:
    """Add the rows that a scenario states; which sources it states for which person."""
    stated = set()
    for source, rows in scenario.rows.items():
        if source == REGISTER:
            continue
        for key, words in rows.items():
            stated.add((source, planted.who[name, words.get("person", "a")]))
            if key != NO_ROWS:
                empty = {word for word, value in words.items() if value == UNKNOWN}
                for row in _months(planted, name, source, words):
                    _complete(source, row)
                    planted.add(_full_source(source, row), row | dict.fromkeys(empty))
    return stated


def _months(planted: Planted, name: str, source: str, words: dict[str, str]) -> Iterable[Row]:
    """The row, or one row for each month of its span."""
    spans = [w for w, f in FIELDS[source].items() if f.form == "months"]
    row = _row(planted, name, source, words)
    if not spans:
        return [row]
    text = words.get(spans[0], FIELDS[source][spans[0]].default or "0m")
    return [{**row, spans[0]: at} for at in parse_months(text)]


def _full_source(source: str, row: Row) -> str:
    if source not in ("enrolments", "payments"):
        return source
    return f"{source}_{BY_DEPARTMENT.get(row['programme'], 'civil_affairs')}"


def _complete(source: str, row: Row) -> None:
    """Fill in what follows from other fields where it was not stated."""
    if "unit" in row:
        household = row["programme"] in HOUSEHOLD_PROGRAMMES
        row["unit"] = row["unit"] or ("household" if household else "person")
    if source.startswith(("enrolments", "payments")) and row["amount"] is None:
        yuan = AMOUNTS.get(row["programme"])
        row["amount"] = None if yuan is None else yuan * 100
    if source.startswith("payments"):
        row["paid_on"] = row["paid_on"] or row["for_month"].replace(day=PAY_DAY)
        row["payee"] = row["person"] if row["payee"] is None else row["payee"]
    if source == "medical_bills" and row["treated_on"] is not None:
        row["bill_year"] = row["bill_year"] or row["treated_on"].replace(month=1, day=1)
        row["bill_total"] = row["bill_total"] or row["bill_own_pay"]
    if source == "applications" and row["accepted_on"] is not None:
        row["due_on"] = row["due_on"] or row["accepted_on"] + timedelta(DAYS_TO_DECIDE)
        if row["result"] and not row["decided_on"]:
            row["decided_on"] = row["accepted_on"] + timedelta(DAYS_TO_ANSWER)


def _ordinary(
    planted: Planted, name: str, scenario: Scenario, stated: set[tuple[str, int]]
) -> None:
    """What every source holds of a well-off family, where the scenario does not say otherwise."""
    people = [planted.people[planted.who[name, label]] for label in labels(scenario)]
    dead = {row["person"] for row in planted.records.get("deaths", [])}
    for home in dict.fromkeys(row["household"] for row in people):
        members = [row["person"] for row in people if row["household"] == home]
        living = [row for row in people if row["household"] == home and row["person"] not in dead]
        for row in living:
            if ("medical_roll", row["person"]) not in stated:
                _ordinary_row(planted, "medical_roll", row)
        if not living:
            continue
        if not any((s, m) in stated for s in ("earnings", "social_benefits") for m in members):
            _ordinary_income(planted, living[0])
        if not any(("financial_assets", m) in stated for m in members):
            for at in parse_months("-1m..0m"):
                values = {"balance_month": at, "balance": ORDINARY_SAVINGS}
                planted.add("financial_assets", {"person": living[0]["person"], **values})
        if not any(("dwellings", m) in stated for m in members):
            _ordinary_row(planted, "dwellings", living[0])


def _ordinary_row(planted: Planted, source: str, person: Row) -> None:
    row: Row = {"person": person["person"]}
    row |= {word: _default(source, word) for word in FIELDS[source]}
    planted.add(source, row)


def _ordinary_income(planted: Planted, person: Row) -> None:
    born = person["birth_date"]
    old = AS_OF.replace(year=AS_OF.year - OLD) >= born
    source, kind = ("social_benefits", "employee_pension") if old else ("earnings", "wage")
    word = "benefit" if old else "earning"
    for at in parse_months("-13m..0m"):
        planted.add(
            source,
            {
                "person": person["person"],
                f"{word}_kind": kind,
                f"{word}_month": at,
                f"{word}_amount": ORDINARY_INCOME,
            },
        )
