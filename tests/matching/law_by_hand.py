"""Fifteen programmes of `china` once more, written from the catalogue, in three values.

Nothing of the pack or of the language is used here: where both agree on many random families,
neither has misread the catalogue alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

Truth = bool | None
Facts = Mapping[str, Any]
WORDS = {True: "eligible", False: "not_eligible", None: "undetermined"}
GONE = ("死亡", "宣告失踪", "查找不到")
SCHOOL = ("小学", "初中", "普高", "中职")
HELD = ("重残", "重病", "服刑6月", "强制戒毒6月", "限制自由6月", "失联6月")
BEREAVED = ("martyr_family", "killed_on_duty_family", "died_of_illness_family")
LAW = "2026-07-01"


def every(*parts: Truth) -> Truth:
    if False in parts:
        return False
    return None if None in parts else True


def some(*parts: Truth) -> Truth:
    if True in parts:
        return True
    return None if None in parts else False


def no(part: Truth) -> Truth:
    return None if part is None else not part


def below(a: Any, b: Any) -> Truth:  # noqa: ANN401 - numbers, or nothing
    return None if a is None or b is None else a < b


def among(a: Any, some_of: tuple[Any, ...]) -> Truth:  # noqa: ANN401 - a word, a number or nothing
    return None if a is None else a in some_of


def money(facts: Facts, key: str) -> Decimal | None:
    return None if facts.get(key) is None else Decimal(facts[key])


@dataclass(frozen=True)
class Person:
    """One member: in extreme hardship, counted, able to work, dead."""

    facts: Facts
    hardship: Truth
    identity: Truth
    counted: Truth
    able: Truth
    dead: bool


def person(case: Facts, facts: Facts) -> Person:
    age, grade, category = (facts.get(f"p.{key}") for key in ("age", "dis_grade", "dis_cat"))
    category = "无" if grade == 0 else category
    listed = some(
        every(among(grade, (1, 2, 3)), among(category, ("智力", "精神"))),
        every(among(grade, (1, 2)), among(category, ("肢体",))),
        every(among(grade, (1,)), among(category, ("视力",))),
    )
    deemed = some(no(below(age, 60)), below(age, 16), listed)
    able: Truth = facts.get("p.labour_able")
    if able is None and deemed is not None:
        grown = every(among(grade, (0,)), no(below(age, 18)))
        able = False if deemed else True if grown is True else None
    enrolled = "MZ03" in facts["receives"]
    minor = every(no(below(age, 16)), below(age, 18))
    group = some(
        deemed,
        every(case["on"] >= "2026-07-01", minor, no(able)),
        every(enrolled, minor),
        every(enrolled, no(below(age, 18)), among(facts.get("p.stage"), SCHOOL)),
    )
    dead = facts.get("p.alive") is False
    outside = dead or facts.get("p.imprisoned") is True
    means = below(money(facts, "p.income_m"), Decimal(case["standards"]["std.db"]))
    assets = case["household"].get("hh.assets_ok")
    hardship = every(group, means, assets, unsupported(facts), not outside)
    identity = True if hardship is None and enrolled else hardship
    return Person(facts, hardship, identity, every(no(identity), not outside), able, dead)


def unsupported(facts: Facts) -> Truth:
    """Nobody owes support, or nobody who does can give it; who is able is one who owes it."""
    owing, able = facts.get("p.obligors"), facts.get("p.obligors_able")
    able = 0 if owing == 0 else able
    nobody = None if owing is None else owing == 0
    nobody = False if owing is None and able else nobody
    return some(nobody, None if able is None else able == 0)


def decided(case: Facts) -> tuple[dict[str, str], dict[str, dict[str, str]], dict[str, str]]:
    """Statuses of the family and of each member, and what minimum living pays."""
    home, numbers = case["household"], case["standards"]
    members = [person(case, facts) for facts in case["members"]]
    here = case["region"].startswith("33")
    line = Decimal(numbers["std.db"])
    edge = line * Decimal(numbers["std.db_edge"])
    income = money(home, "hh.pc_income_m")
    counted = some(*(one.counted for one in members))
    common = every(counted, home.get("hh.assets_ok"), home.get("hh.consent") is not False)
    receives = {programme for facts in case["members"] for programme in facts["receives"]}

    def held(status: Truth, programme: str) -> Truth:
        return True if status is None and programme in receives else status

    living = every(common, below(income, line))
    in_living = held(living, "MZ01")
    wage = Decimal(numbers["std.minwage"])
    within = (
        every(no(below(edge, income)), no(below(wage, income))) if here else below(income, edge)
    )
    marginal = every(common, no(in_living), within)
    in_marginal = held(marginal, "MZ05")
    year = None if income is None else income * 12
    share = below(Decimal(numbers["std.rigid_ratio"]), money(home, "hh.rigid_ratio"))
    poor = below(year, Decimal(numbers["std.pcdi"]))
    rigid = every(common, no(in_living), no(in_marginal), poor, share)
    told = {"MZ01": WORDS[living], "MZ05": WORDS[marginal], "MZ06": WORDS[rigid]}
    supported = some(*(every(one.identity, not one.dead) for one in members))
    power = every(some(in_living, supported), home.get("hh.own_meter"))
    told["DL01"] = WORDS[power] if here else "not_applicable"
    family = Family(in_living, in_marginal, rigid, here, case)
    persons = {
        str(one.facts["id"]): of_person(one, some(in_living, in_marginal), here=here)
        | of_person_too(one, family)
        for one in members
    }
    sums = {}
    if living and None not in [one.counted for one in members] and income is not None:
        sums["MZ01"] = str((line - income) * sum(bool(one.counted) for one in members))
    return told, persons, sums


def of_person(one: Person, poor: Truth, *, here: bool) -> dict[str, str]:
    facts = one.facts
    age, grade = facts.get("p.age"), facts.get("p.dis_grade")
    poor = every(one.counted, poor)
    parents = [among(facts.get(f"p.{parent}"), GONE) for parent in ("father", "mother")]
    orphan = every(below(age, 18), *parents)
    severe = among(grade, (1, 2))
    subsidy = every(among(grade, (1, 2, 3, 4)), poor, no(one.identity), no(orphan), not one.dead)
    care = False if grade == 0 else facts.get("p.care_6m")
    opened = some(one.identity, poor, orphan, every(severe, no(one.able)))
    old = every(no(below(age, 80)), facts.get("p.hukou_ok"), facts.get("p.alive"))
    return {
        "MZ03": WORDS[one.hardship],
        "MZ16": WORDS[subsidy],
        "MZ17": WORDS[every(severe, care, no(one.identity), not one.dead)],
        "MZ18": WORDS[old] if here else "not_applicable",
        "YB01": WORDS[every(opened, not one.dead)],
    }


@dataclass(frozen=True)
class Family:
    """What the family is found to be, where and in which case."""

    living: Truth
    marginal: Truth
    rigid: Truth
    here: bool
    case: Facts

    def widest(self) -> Truth:
        """Whom aid with work and schooling reaches: more of them from the law on."""
        if self.case["on"] >= LAW:
            return some(self.living, self.marginal, self.rigid)
        return some(self.living, self.marginal) if self.here else self.living


def of_person_too(one: Person, family: Family) -> dict[str, str]:
    """Single support, children without parents, work, schooling, bereaved families."""
    facts, numbers = one.facts, family.case["standards"]
    age, grade, category = (facts.get(f"p.{key}") for key in ("age", "dis_grade", "dis_cat"))
    category = "无" if grade == 0 else category
    income, minor = money(facts, "p.income_m"), below(age, 18)
    severe = some(
        among(grade, (1, 2)), every(among(grade, (3,)), among(category, ("智力", "精神")))
    )
    edge = every(one.counted, family.marginal, some(severe, facts.get("p.severe_disease")))
    jobless = every(
        no(minor),
        severe,
        facts.get("out_of_work"),
        below(income, Decimal(numbers["std.db"])),
        family.case["household"].get("hh.consent") is not False,
    )
    father, mother = facts.get("p.father"), facts.get("p.mother")
    orphan = every(minor, among(father, GONE), among(mother, GONE), not one.dead)
    nobody = some(
        every(among(father, HELD), among(mother, HELD)),
        every(among(father, GONE[:2]), among(mother, HELD)),
        every(among(father, HELD), among(mother, GONE[:2])),
    )
    child = every(minor, nobody, not one.dead)
    poor = every(one.counted, family.widest())
    stage = among(facts.get("p.stage"), ("普高", "中职"))
    pupil = every(stage, some(one.identity, poor, orphan, child), not one.dead)
    year = None if income is None else income * 12
    lacking = some(below(year, Decimal(numbers["std.pcdi"])), minor, no(one.able))
    bereaved = among(facts.get("p.mil_family"), BEREAVED)
    work = every(one.able, facts.get("p.unemployed_reg"), poor, not one.dead)
    return {
        "MZ02": WORDS[every(some(edge, jobless), no(one.identity), not one.dead)],
        "MZ13": WORDS[orphan],
        "MZ14": WORDS[child],
        "RS01": WORDS[work],
        "JY03": WORDS[pupil],
        "TY01": WORDS[every(bereaved, lacking, not one.dead)],
    }


HOME: dict[str, tuple[float, list[Any]]] = {
    "hh.pc_income_m": (
        0.88,
        [
            "0",
            "1000",
            "1099.99",
            "1100",
            "1100.01",
            "1649.99",
            "1650",
            "1650.01",
            "1640.01",
            "3000",
            "5999.99",
            "6000",
        ],
    ),
    "hh.assets_ok": (0.9, [True, True, True, False]),
    "hh.consent": (0.7, [True, True, True, False]),
    "hh.rigid_ratio": (0.88, ["0.5", "0.6", "0.61", "2"]),
    "hh.own_meter": (0.85, [True, True, False]),
}
MEMBER: dict[str, tuple[float, list[Any]]] = {
    "p.age": (0.85, [10, 15, 16, 17, 18, 30, 59, 60, 79, 80]),
    "p.dis_grade": (0.85, [0, 0, 0, 1, 2, 3, 4]),
    "p.dis_cat": (0.85, ["智力", "精神", "肢体", "视力", "听力", "言语"]),
    "p.labour_able": (0.4, [True, False]),
    "p.income_m": (0.85, ["0", "1099.99", "1100", "3000", "5999.99", "6000"]),
    "p.severe_disease": (0.85, [True, False, False]),
    "out_of_work": (0.85, [True, False]),
    "p.unemployed_reg": (0.85, [True, True, False]),
    "p.mil_family": (0.85, ["none", "none", *BEREAVED]),
    "p.obligors": (0.85, [0, 1, 2]),
    "p.obligors_able": (0.85, [0, 1]),
    "p.care_6m": (0.85, [True, False]),
    "p.hukou_ok": (0.9, [True, False]),
    "p.alive": (0.8, [True, True, True, True, False]),
    "p.imprisoned": (0.3, [False, False, False, False, True]),
    "p.father": (0.85, [*GONE, "在世", "重残", "服刑6月"]),
    "p.mother": (0.85, [*GONE, "在世", *HELD]),
    "p.stage": (0.7, [*SCHOOL, "本科", "不在学"]),
}


def drawn(chance: Random, words: Mapping[str, tuple[float, list[Any]]]) -> dict[str, Any]:
    return {
        word: chance.choice(values)
        for word, (share, values) in words.items()
        if chance.random() < share
    }


def family(chance: Random, number: int) -> dict[str, Any]:
    """One random family in the form of a worked case, with what must come out."""
    home = drawn(chance, HOME)
    members = []
    for label in chance.choice(["a", "ab", "ab", "abc"]):
        facts = drawn(chance, MEMBER)
        if facts.get("p.dis_grade") == 0:
            facts.pop("p.dis_cat", None)
        if facts.get("p.obligors") == 0:
            facts.pop("p.obligors_able", None)
        if "hh.pc_income_m" not in home:
            facts.pop("p.income_m", None)
        rolls = [p for p in ("MZ01", "MZ03", "MZ05") if chance.random() < 0.08]
        members.append({"id": label, "relation": "other", **facts, "receives": rolls})
    numbers = {
        "std.db": "1100",
        "std.db_edge": "1.5",
        "std.pcdi": "72000",
        "std.rigid_ratio": "0.6",
    }
    case = {
        "id": f"family_{number}",
        "on": chance.choice(["2026-08-01", "2026-07-01", "2026-06-30", "2025-01-01"]),
        "region": chance.choice(["330382", "320102"]),
        "standards": {**numbers, "std.minwage": chance.choice(["2260", "1640"])},
        "household": home,
        "members": members,
        "roster_closed": True,
    }
    case["expect"], case["persons"], case["amounts"] = decided(case)
    return case
