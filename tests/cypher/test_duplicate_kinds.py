"""Every kind of duplicate on one drawn county, on both stores: what is found, near it, unknown.

The county is drawn by hand and so are the rows expected of it; as of 2026-10-31.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from cypher.question import CORE, questions
from tests.cypher.drawn import AS_OF, TOWN, Drawing, day
from tests.cypher.test_candidates import RULES, with_candidates

if TYPE_CHECKING:
    from graph_loader.stores.protocol import GraphStore

Ask: TypeAlias = Callable[[str], list[dict[str, Any]]]
FAR = "330302"
COUNTY = "330382"


def person(drawing: Drawing, name: str, region: str | None = TOWN) -> str:
    """Somebody who lives alone."""
    drawing.household(f"{name}h", name, region=region)
    return name


def paid(drawing: Drawing, unit: str, month: str | None, amount: int | None, **said: Any) -> None:  # noqa: ANN401
    """One payment, named after its unit and how many it had."""
    facts = {"programme": "MZ16", **said}
    programme = facts.pop("programme")
    had = sum(row["unit_id"] == unit for row in drawing.nodes.get("Disbursement", {}).values())
    drawing.paid(f"{unit}-{had}", unit, programme, month, amount=amount, **facts)


def two_regions(drawing: Drawing) -> None:
    """Enrolments and payments that say where they were made; t13 is in a place nobody knows."""
    for at in range(1, 14):
        person(drawing, f"t{at:02}", None if at == 8 else TOWN)
    for at, since, until in ((1, "2026-01-01", None), (6, "2025-01-01", "2026-03-01")):
        drawing.enrolled(f"t{at:02}", "MZ16", since, until, aid_region=FAR)
        drawing.enrolled(f"t{at:02}", "MZ16", "2026-03-01")
    drawing.enrolled("t02", "MZ16", "2026-01-01", aid_region=FAR)
    drawing.enrolled("t02", "MZ16", "2025-01-01", aid_region=COUNTY)
    paid(drawing, "t02", "2026-09", 30000)
    paid(drawing, "t02", "2026-09", 20000, aid_region=FAR)
    paid(drawing, "t02", "2026-10", 20000, aid_region=FAR)
    paid(drawing, "t03", "2026-08", 30000)
    paid(drawing, "t03", "2026-08", 40000, aid_region=FAR)
    drawing.enrolled("t04", "MZ16", "2026-01-01", aid_region=FAR)
    paid(drawing, "t04", "2026-09", 30000)
    drawing.enrolled("t05", "MZ16", "2026-01-01", aid_region=COUNTY)
    drawing.enrolled("t05", "MZ16", "2026-01-01")
    drawing.enrolled("t07", "MZ16", None, aid_region=FAR)
    drawing.enrolled("t07", "MZ16", "2026-01-01")
    drawing.enrolled("t08", "MZ16", "2026-01-01", aid_region=FAR)
    drawing.enrolled("t08", "MZ16", "2026-01-01")
    drawing.enrolled("t09", "MZ16", "2026-01-01", aid_region=FAR)
    drawing.enrolled("t09", "MZ17", "2026-01-01")
    paid(drawing, "t10", "2026-08", 30000)
    paid(drawing, "t10", "2026-08", 40000, aid_region=FAR, status="returned")
    paid(drawing, "t11", "2026-08", 30000, aid_region=FAR)
    paid(drawing, "t11", "2026-08", 20000, aid_region=FAR)
    for amount, region in ((30000, None), (20000, None), (10000, FAR)):
        paid(drawing, "t12", "2026-08", amount, aid_region=region)
    paid(drawing, "t13", None, 30000)
    paid(drawing, "t13", None, 40000, aid_region=FAR)


def accounts(drawing: Drawing) -> None:
    """Accounts into which several households are paid."""
    for group, size in (
        ("a1", 3),
        ("a2", 3),
        ("a3", 4),
        ("a4", 3),
        ("a5", 3),
        ("a6", 3),
        ("a7", 3),
    ):
        for at in range(size):
            name = person(
                drawing, f"{group}{'xyzw'[at]}", FAR if (group, at) == ("a3", 3) else TOWN
            )
            late = (group, at) in (("a4", 2), ("a5", 2))
            paid(
                drawing,
                name,
                "2025-10" if late and group == "a5" else "2026-09",
                30000,
                account=None if group == "a7" else f"account-{group}",
                status="returned" if late and group == "a4" else "success",
            )
    drawing.kin("a2x", "a2y", "parent", "child")
    drawing.kin("a3x", "a3y", "spouse", "spouse")
    drawing.person("a6-mother")
    drawing.kin("a6x", "a6-mother", "parent", "child")
    drawing.kin("a6y", "a6-mother", "parent", "child")
    for at in range(3):
        drawing.person(f"a8{at}")
        paid(drawing, f"a8{at}", "2026-09", 30000, account="account-a8")


def sent(drawing: Drawing) -> None:
    """One payment in two names: household and member, or two members."""
    one: dict[str, Any] = {"programme": "MZ01", "account": "acc", "paid_on": date(2026, 9, 10)}
    cases: dict[str, dict[str, Any]] = {
        "s01": {},
        "s02": {"paid_on": date(2026, 9, 21)},
        "s03": {"account": "other"},
        "s04": {"account": None, "batch": "b", "payee": "n"},
        "s05": {"account": None, "batch": "b"},
        "s06": {"amount": None},
        "s07": {"status": "returned"},
        "s08": {"payee": "m"},
        "s09": {"paid_on": None},
        "s10": {"paid_on": date(2026, 9, 20)},
    }
    for name, other in cases.items():
        drawing.household(name, f"{name}p", f"{name}q")
        drawing.member(name, f"{name}p")
        both: dict[str, Any] = {**one, "account": f"{name}-acc", "batch": "b", "payee": "n"}
        if "account" in other and other["account"] is None:
            both["account"] = None
        paid(drawing, name, "2026-09", 60000, **both)
        again = {**both, "payee": None if name == "s05" else "n", "amount": 60000, **other}
        paid(drawing, f"{name}p", "2026-09", again.pop("amount"), **again)
    for name, programme in (("s11", "MZ01"), ("s12", "MZ16")):
        drawing.household(name, f"{name}p", f"{name}q")
        for unit in (f"{name}p", f"{name}q"):
            both = {**one, "programme": programme, "account": f"{name}-acc"}
            paid(drawing, unit, "2026-09", 60000, **both)


def once(drawing: Drawing) -> None:
    """What is given once in a lifetime (FL01), to a case (ZF01), to a dwelling (ZJ02, YJ03)."""
    for name in ("o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9"):
        person(drawing, name)
    paid(drawing, "o1", "2025-03", 1000000, programme="FL01")
    paid(drawing, "o1", "2026-09", 1000000, programme="FL01")
    paid(drawing, "o2", "2026-09", 1000000, programme="FL01")
    paid(drawing, "o2", "2026-09", 1000000, programme="FL01")
    paid(drawing, "o3", "2026-01", 500000, programme="ZF01", aid_case="case-1")
    paid(drawing, "o4", "2026-02", 400000, programme="ZF01", aid_case="case-1")
    paid(drawing, "o4", "2026-03", 400000, programme="ZF01", aid_case="case-2")
    paid(drawing, "o5", "2026-01", 400000, programme="ZF01")
    paid(drawing, "o5", "2026-02", 400000, programme="ZF01")
    paid(drawing, "o6", "2024-05", 2000000, programme="ZJ02", aid_dwelling="house-1")
    paid(drawing, "o6", "2026-05", 900000, programme="YJ03", aid_dwelling="house-1")
    paid(drawing, "o7", "2024-05", 2000000, programme="ZJ02", aid_dwelling="house-2")
    paid(drawing, "o7", "2026-05", 900000, programme="YJ03", aid_dwelling="house-3")
    paid(drawing, "o8", "2025-03", 1000000, programme="FL01", status="returned")
    paid(drawing, "o8", "2026-09", 1000000, programme="FL01")
    paid(drawing, "o9", None, 1000000, programme="FL01")
    paid(drawing, "o9", "2026-09", 1000000, programme="FL01")


def higher(drawing: Drawing) -> None:
    """MZ17 and GL01 of one month, of which the higher is due."""
    rows: dict[str, list[tuple[str, str | None, int | None]]] = {
        "h1": [("MZ17", "2026-09", 12500), ("GL01", "2026-09", 20000)],
        "h2": [("MZ17", "2026-09", 12500), ("GL01", "2026-09", 12500)],
        "h3": [("MZ17", "2026-08", 12500), ("GL01", "2026-09", 20000)],
        "h4": [("MZ17", "2026-09", 12500), ("GL01", "2026-09", None)],
        "h5": [
            *[("MZ17", "2026-08", 12500), ("GL01", "2026-08", 20000)],
            *[("MZ17", "2026-09", 12500), ("GL01", "2026-09", 10000)],
        ],
        "h6": [("MZ17", None, 12500), ("GL01", "2026-09", 20000)],
    }
    for name, given in rows.items():
        person(drawing, name)
        for programme, month, amount in given:
            paid(drawing, name, month, amount, programme=programme)


def topped(drawing: Drawing) -> None:
    """MZ14 of a child beside the family's MZ01; what is due of it is what the decision says."""
    cases: dict[str, dict[str, Any]] = {
        "u1": {"due": 100000},
        "u2": {"due": 0},
        "u3": {"due": 150000},
        "u4": {},
        "u5": {"due": None},
        "u6": {"due": 100000, "family": "2026-08"},
        "u7": {"due": 100000, "family": "2025-10", "child": "2025-10"},
        "u8": {"due": 100000, "counted": False},
        "u9": {"due": 100000, "family": "2026-03", "child": "2026-03"},
    }
    for name, case in cases.items():
        drawing.household(name, f"{name}c", f"{name}d")
        paid(drawing, name, case.get("family", "2026-09"), 60000, programme="MZ01")
        paid(drawing, f"{name}c", case.get("child", "2026-09"), 150000, programme="MZ14")
        drawing.counted(f"{name}c", counts=case.get("counted"))
        if "due" in case:
            drawing.qualifies(f"{name}c", "MZ14", case["due"])


def shut_out(drawing: Drawing) -> None:
    """MZ02 of a member beside the family's MZ01, which reaches whom the family counts."""
    cases: dict[str, dict[str, Any]] = {
        "e1": {},
        "e2": {"counted": True},
        "e3": {"counted": False},
        "e4": {"month": "2026-08"},
        "e5": {"month": None},
        "e6": {"amount": None},
    }
    for name, case in cases.items():
        drawing.household(name, f"{name}c", f"{name}d")
        paid(drawing, name, "2026-09", 60000, programme="MZ01")
        amount = case.get("amount", 30000)
        paid(drawing, f"{name}c", case.get("month", "2026-09"), amount, programme="MZ02")
        drawing.counted(f"{name}c", counts=case.get("counted"))


def family(drawing: Drawing, name: str, village: str | None, *members: tuple[str, str]) -> None:
    """A household in a village; of each member the relation and since when, in turn."""
    drawing.node("Household", name, region=TOWN, lives_in=village, origin=f"register|{name}")
    for at, (relation, since) in enumerate(members):
        drawing.person(f"{name}{'abc'[at]}", household=name, region=TOWN)
        said: dict[str, Any] = {"relation": relation or None, "since": day(since or None)}
        drawing.member(name, f"{name}{'abc'[at]}", **said)


def moved(drawing: Drawing) -> None:
    """Households split off (x01 to x07) and joined (x08 to x13), each enrolled since August."""
    for at in range(1, 8):
        new = f"x{at:02}"
        village = {2: "v2", 3: None}.get(at, "v1")
        family(drawing, new, village, ("head", "2026-01-31" if at == 4 else "2026-06-01"))
        family(drawing, f"{new}-old", "v1", ("head", "2015-01-01"), ("spouse", "2015-01-01"))
        kinds = ("sibling", "sibling") if at == 5 else ("parent", "child")
        drawing.kin(f"{new}a", f"{new}-olda", *kinds)
        if at not in (6, 7):
            drawing.enrolled(new, "MZ01", "2026-08-01")
    days = {"accepted_on": date(2026, 8, 1), "decided_on": date(2026, 8, 20)}
    drawing.applied("x07-asked", "x07", "MZ01", result="refused", **days)
    joined = {
        "x08": ("other", "2026-07-01"),
        "x09": ("child", "2026-07-01"),
        "x10": ("", "2026-07-01"),
        "x11": ("other", "2026-07-01"),
        "x12": ("other", ""),
        "x13": ("other", "2026-08-02"),
    }
    for name, stranger in joined.items():
        family(drawing, name, "v1", ("head", "2015-01-01"), ("spouse", "2015-01-01"), stranger)
        if name != "x08":
            drawing.enrolled(name, "MZ01", "2026-08-01")
    drawing.kin("x11c", "x11a", "sibling", "sibling")
    drawing.applied("x08-asked", "x08a", "MZ01", accepted_on=date(2026, 8, 1))


@pytest.fixture(scope="module")
def ask(either: GraphStore) -> Ask:
    drawing = Drawing()
    drawing.places((TOWN, COUNTY), (COUNTY, "33"), (FAR, "33"))
    for name in ("MZ02", "MZ14", "FL01", "ZF01", "ZJ02", "YJ03", "GL01", "MZ17"):
        drawing.programme(name, "civil_affairs")
    for rule in RULES:
        drawing.excludes(rule.a, rule.b, rule.scope, rule.rule, period=rule.period)
    for part in (two_regions, accounts, sent, once, higher, topped, shut_out, moved):
        part(drawing)
    either.bulk(*with_candidates(drawing).frames())
    given = {"as_of": AS_OF}
    known = questions(CORE)
    return lambda name: either.read(known[name].text, given if known[name].parameters else {})


def told(rows: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in columns) for row in rows]


def test_aid_from_two_regions(ask: Ask) -> None:
    rows = ask("two_regions")
    assert told(rows, "unit_id", "overlap_from", "money", "excess", "severity") == [
        ("t01", date(2026, 3, 1), None, [], "soft"),
        ("t02", date(2026, 1, 1), 20000, ["t02-1"], "hard"),
        ("t03", date(2026, 8, 1), 40000, ["t03-1"], "soft"),
        ("t04", date(2026, 9, 1), None, [], "soft"),
        ("t12", date(2026, 8, 1), 10000, ["t12-2"], "soft"),
    ]
    assert [row["regions"] for row in rows] == [
        *([FAR, TOWN], [FAR, COUNTY, TOWN], [FAR, TOWN], [FAR, TOWN], [FAR, TOWN])
    ]
    assert rows[0]["origins"] == ["enrolments|t01-MZ16-330302", "enrolments|t01-MZ16"]
    assert (rows[0]["departments"], rows[0]["region"]) == (["disability_federation"], TOWN)


def test_what_two_regions_paid_is_no_double_of_the_month(ask: Ask) -> None:
    rows = [row for row in ask("same_programme_same_month") if row["unit_id"].startswith("t")]
    assert told(rows, "unit_id", "payments", "excess", "money") == [
        ("t11", ["t11-0", "t11-1"], ["t11-1"], 20000),
        ("t12", ["t12-0", "t12-1"], ["t12-1"], 20000),
    ]


def test_one_account_for_three_families(ask: Ask) -> None:
    rows = ask("one_account_several_households")
    assert told(rows, "account", "families", "households", "region", "money", "severity") == [
        ("account-a1", 3, ["a1xh", "a1yh", "a1zh"], TOWN, None, "soft"),
        ("account-a3", 3, ["a3wh", "a3xh", "a3yh", "a3zh"], None, None, "soft"),
    ]
    assert told(rows[:1], "paid_year", "origins", "unit_id", "excess") == [
        (90000, ["payments|a1x-0", "payments|a1y-0", "payments|a1z-0"], "a1xh", [])
    ]


def test_one_payment_in_two_names(ask: Ask) -> None:
    rows = ask("same_payment_sent_twice")
    assert told(rows, "unit_id", "payments", "excess", "money", "month") == [
        ("s01", ["s01-0", "s01p-0"], ["s01p-0"], 60000, date(2026, 9, 1)),
        ("s04", ["s04-0", "s04p-0"], ["s04p-0"], 60000, date(2026, 9, 1)),
        ("s10", ["s10-0", "s10p-0"], ["s10p-0"], 60000, date(2026, 9, 1)),
        ("s11", ["s11p-0", "s11q-0"], ["s11q-0"], 60000, date(2026, 9, 1)),
    ]
    assert [row for row in ask("same_programme_same_month") if row["unit_id"][0] == "s"] == []


def test_a_second_grant_of_what_is_given_once(ask: Ask) -> None:
    columns = ("unit_id", "programme", "beside", "scope", "thing", "excess", "money")
    assert told(ask("paid_again_though_once"), *columns) == [
        ("o1", "FL01", "FL01", "person", None, ["o1-1"], 1000000),
        ("o4", "ZF01", "ZF01", "case", "case-1", ["o4-0"], 400000),
        ("o6", "YJ03", "ZJ02", "dwelling", "house-1", ["o6-1"], 900000),
    ]
    overlaps = ask("exclusive_programmes_overlap")
    assert [row for row in overlaps if row["unit_id"].startswith("o")] == []


def test_both_of_two_of_which_the_higher_counts(ask: Ask) -> None:
    rows = ask("higher_of_two_both_paid")
    assert told(rows, "unit_id", "programme", "beside", "excess", "money", "severity") == [
        ("h1", "GL01", "MZ17", ["h1-0"], 12500, "hard"),
        ("h2", "GL01", "MZ17", ["h2-1"], 12500, "hard"),
        ("h4", "GL01", "MZ17", [], None, "soft"),
        ("h5", "GL01", "MZ17", ["h5-0", "h5-3"], 22500, "hard"),
    ]
    assert rows[0]["articles"] == ["LAW-MZ17-GL01"]
    assert rows[0]["payments"] == ["h1-0", "h1-1"]


def test_a_top_up_that_was_not_deducted(ask: Ask) -> None:
    rows = ask("top_up_not_deducted")
    assert told(rows, "unit_id", "programme", "beside", "due", "money", "excess", "severity") == [
        ("u1c", "MZ14", "MZ01", 100000, 50000, [], "hard"),
        ("u2c", "MZ14", "MZ01", 0, 150000, ["u2c-0"], "hard"),
        ("u9c", "MZ14", "MZ01", 100000, 50000, [], "soft"),
    ]
    assert rows[0]["origins"] == ["payments|u1c-0", "payments|u1-0"]


def test_what_a_family_is_paid_shuts_out_its_member(ask: Ask) -> None:
    rows = ask("exclusive_programmes_overlap")
    assert told(rows, "unit_id", "household", "programme", "beside", "excess", "money") == [
        ("e1c", "e1", "MZ02", "MZ01", ["e1c-0"], 30000),
        ("e2c", "e2", "MZ02", "MZ01", ["e2c-0"], 30000),
        ("e6c", "e6", "MZ02", "MZ01", ["e6c-0"], 0),
    ]
    assert rows[0]["origins"] == ["payments|e1c-0", "payments|e1-0", "payments|e1c-0"]


def test_a_household_split_off_or_joined_before_it_asked(ask: Ask) -> None:
    rows = ask("household_split_or_joined")
    assert told(rows, "unit_id", "how", "moved_on", "asked_on", "persons", "severity") == [
        ("x01", "split", date(2026, 6, 1), date(2026, 8, 1), ["x01a"], "soft"),
        ("x08", "joined", date(2026, 7, 1), date(2026, 8, 1), ["x08c"], "soft"),
    ]
    assert rows[0]["origins"] == ["enrolments|x01-MZ01", "register|x01-x01a"]
    assert (rows[1]["origins"], rows[1]["money"]) == (
        ["applications|x08-asked", "register|x08-x08c"],
        None,
    )
