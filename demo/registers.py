"""What further registers hold of drawn people: kin, work, insurance, tax, school, meters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from demo.background import fit
from demo.dates import AS_OF
from demo.economy import ADULT, FEN, LEAVES_SCHOOL
from demo.fields import AGES
from demo.population import GROWN_UP, OLD

if TYPE_CHECKING:
    import numpy as np

    from demo.economy import Economy

SHARE: Final = {
    "divorced": 0.5,
    "cremated": 0.97,
    "enterprise": 0.015,
    "employees": 0.2,
    "housing_fund": 0.55,
    "union": 0.45,
    "payroll": 0.06,
    "cadre": 0.01,
    "retired": 0.08,
    "veteran": 0.05,
    "out_of_work": 0.12,
    "found_again": 0.0004,
    "served": 0.0008,
    "watched": 0.15,
    "legal_aid": 0.004,
    "womens_case": 0.003,
    "high_fee": 0.02,
    "boards": 0.15,
    "shared_meter": 0.04,
    "gas": 0.7,
}
"""How many of those who may stand in a register do."""
ONLINE_SINCE: Final = date(2005, 1, 1)
"""Marriages are on file with the county since then."""
FREE_OF_TAX: Final = 60_000
BRACKETS: Final = ((144_000, 20, 16_920), (36_000, 10, 2_520), (0, 3, 0))
"""Above so many yuan a year so many percent, less a quick deduction (income tax law, 2019)."""
SAFE_INCOME: Final = 2_800
"""Yuan a head and month after rigid spending above which no union helps, with a margin."""
TAX_YEAR: Final = 2025


def registers(rng: np.random.Generator, economy: Economy) -> dict[str, pl.DataFrame]:
    """Rows of everyone drawn, one frame a source, in the columns of `fields.schema`."""
    people = economy.persons.with_columns(
        alive=pl.col("died_on").is_null(), ordinary=pl.col("identity") == "ordinary"
    )
    living = people.filter("alive")
    found = (
        _kinship(rng, people)
        | _working(rng, living)
        | _payroll(rng, living)
        | _justice(rng, living)
        | _homes(rng, living, economy.homes)
        | {"students": _students(rng, living)}
    )
    return {source: fit(source, frame) for source, frame in found.items()}


def some(rng: np.random.Generator, frame: pl.DataFrame, share: float) -> pl.DataFrame:
    """About this share of the rows."""
    return frame.filter(pl.Series(rng.random(len(frame)) < share))


def ago(rng: np.random.Generator, frame: pl.DataFrame, least: int, most: int) -> pl.Expr:
    """A day so many days before the as-of day for each row."""
    days = pl.Series(rng.integers(least, most, len(frame)))
    return pl.lit(AS_OF) - pl.duration(days=pl.lit(days))


def _kinship(rng: np.random.Generator, people: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Marriages since they are on file, divorces of lone parents, cremations."""
    wives = people.select(spouse="person", hers="birth")
    couples = people.filter(pl.col("spouse").is_not_null() & ~pl.col("female")).join(
        wives, on="spouse", maintain_order="left"
    )
    grown = pl.max_horizontal("birth", "hers").dt.offset_by("22y")
    days = pl.Series(rng.integers(0, 2500, len(couples)))
    couples = couples.select(
        "person",
        marriage_event=pl.lit("married"),
        marriage_on=pl.min_horizontal(
            grown + pl.duration(days=pl.lit(days)), pl.lit(AS_OF - timedelta(days=40))
        ),
        spouse_number="spouse",
    ).filter(pl.col("marriage_on") >= ONLINE_SINCE)
    divorces = _parted(rng, people)
    dead = some(rng, people.filter(~pl.col("alive")), SHARE["cremated"])
    days = pl.Series(rng.integers(2, 6, len(dead)))
    return {
        "marriages": pl.concat([couples, divorces]).sort("marriage_on", "person"),
        "cremations": dead.select(
            "person", cremated_on=pl.col("died_on") + pl.duration(days=pl.lit(days))
        ).sort("cremated_on", "person"),
    }


def _parted(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Divorces of fathers who live without the mother of their children."""
    mothers = people.select(mother="person")
    parted = people.filter(pl.col("father").is_not_null() & (pl.col("relation") == "child")).join(
        people.select("person", father_wife="spouse"),
        left_on="father",
        right_on="person",
        maintain_order="left",
    )
    parted = parted.filter(pl.col("father_wife").is_null()).join(
        mothers, on="mother", how="semi", maintain_order="left"
    )
    parted = parted.unique("father", keep="first", maintain_order=True)
    parted = some(rng, parted.sort("person"), SHARE["divorced"])
    return parted.select(
        person="father",
        marriage_event=pl.lit("divorced"),
        marriage_on=pl.max_horizontal(ago(rng, parted, 60, 3000), pl.col("birth")),
        spouse_number="mother",
    )


def _working(rng: np.random.Generator, living: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Insurance, housing fund, tax and union of those who earn; firms; the registered jobless."""
    earns = living.filter((pl.col("wage") > 0) & pl.col("ordinary"))
    traders, employed = earns.filter("trade"), earns.filter(~pl.col("trade"))
    idle = living.filter(
        pl.col("age").is_between(ADULT + 4, OLD - 1) & (pl.col("wage") == 0) & pl.col("ordinary")
    )
    jobless = some(rng, idle.filter(pl.col("disability").is_null()), SHARE["out_of_work"])
    jobless = pl.concat([jobless, living.filter("jobless")]).sort("person")
    return {
        "companies": _companies(rng, traders, employed),
        "social_insurance": _insured(rng, traders, employed, idle),
        "unemployment": jobless.select(
            "person",
            unemployed_since=ago(rng, jobless, 40, 700).dt.truncate("1mo"),
            involuntary_loss=pl.Series(rng.random(len(jobless)) < 1 / 2),
            job_refusals_six_months=pl.Series(rng.integers(0, 2, len(jobless))),
        ),
        "housing_fund": _fund(rng, some(rng, employed, SHARE["housing_fund"])),
        "tax_returns": _taxes(employed),
        "union_members": _unionised(rng, living, employed),
    }


def _companies(
    rng: np.random.Generator, traders: pl.DataFrame, employed: pl.DataFrame
) -> pl.DataFrame:
    owners = some(rng, employed, SHARE["enterprise"])
    helped = pl.Series(rng.random(len(traders)) < SHARE["employees"])
    staff = pl.Series(rng.integers(1, 8, len(traders)))
    shops = traders.select(
        "person",
        company_form=pl.lit("sole_trader"),
        company_role=pl.lit("owner"),
        company_employees=pl.when(helped).then(staff).otherwise(0),
        company_since=ago(rng, traders, 200, 6000),
    )
    firms = owners.select(
        "person",
        company_form=pl.lit("enterprise"),
        company_role=pl.lit("legal_representative"),
        company_employees=pl.Series(rng.integers(2, 60, len(owners))),
        company_since=ago(rng, owners, 200, 5000),
    )
    return pl.concat([shops, firms.cast(dict(shops.schema))])  # type: ignore[arg-type]


def _insured(
    rng: np.random.Generator, traders: pl.DataFrame, employed: pl.DataFrame, idle: pl.DataFrame
) -> pl.DataFrame:
    parts = []
    for kind, frame in (("employee", employed), ("flexible", traders), ("resident", idle)):
        months = pl.Series(rng.integers(12, 240, len(frame)))
        worked = kind == "employee"
        parts.append(
            frame.select(
                "person",
                insurance_kind=pl.lit(kind),
                contribution_base=pl.when(pl.lit(worked)).then(
                    pl.max_horizontal(pl.col("wage"), pl.lit(4_462 * FEN))
                ),
                contributing_since=ago(rng, frame, 400, 7000).dt.truncate("1mo"),
                unemployment_insurance_months=months if worked else pl.lit(0, pl.Int64),
            )
        )
    return pl.concat(parts).sort("person")


def _fund(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "person",
        fund_base="wage",
        fund_balance=pl.col("wage") * pl.Series(rng.integers(2, 20, len(frame))),
        fund_since=ago(rng, frame, 200, 5000),
    )


def _taxes(employed: pl.DataFrame) -> pl.DataFrame:
    """The yearly return of those who earn more than is free of tax."""
    taxed = pl.col("wage") * 12 - FREE_OF_TAX * FEN
    rows = employed.filter(taxed > 0).select("person", taxable_income=taxed)
    due = pl.lit(0)
    for above, percent, less in reversed(BRACKETS):
        at = pl.col("taxable_income") * percent // 100 - less * FEN
        due = pl.when(pl.col("taxable_income") > above * FEN).then(at).otherwise(due)
    return rows.with_columns(tax_year=pl.lit(TAX_YEAR), tax_paid=due)


def _unionised(
    rng: np.random.Generator, living: pl.DataFrame, employed: pl.DataFrame
) -> pl.DataFrame:
    """Members in families whom no union has to help: far above twice the standard."""
    homes = living.group_by("household", maintain_order=True).agg(
        income=pl.sum_horizontal("wage", "employee", "base", "personal").sum(),
        rigid=pl.col("own_pay").sum(),
        heads=pl.len(),
    )
    after = (pl.col("income") - pl.col("rigid") / 12) / pl.col("heads")
    safe = homes.filter(after > SAFE_INCOME * FEN).select("household")
    members = employed.join(safe, on="household", how="semi", maintain_order="left")
    members = pl.concat([some(rng, members, SHARE["union"]), living.filter("unionist")])
    since = ago(rng, members, 400, 5000).dt.truncate("1mo")
    return members.sort("person").select("person", union_since=since, work_relation_since=since)


def _payroll(rng: np.random.Generator, living: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Whom the public purse pays, and which near relatives they reported."""
    working = living.filter((pl.col("wage") > 0) & pl.col("ordinary") & ~pl.col("trade"))
    retired = living.filter(pl.col("employee") > 0)
    posts = pl.concat(
        [
            some(rng, frame, SHARE[share]).with_columns(payroll_post=pl.lit(post))
            for post, share, frame in (
                ("institution", "payroll", working),
                ("village_cadre", "cadre", working),
                ("retired", "retired", retired),
            )
        ]
    ).unique("person", keep="first", maintain_order=True)
    civil = (pl.col("payroll_post") == "institution") & pl.Series(rng.random(len(posts)) < 1 / 3)
    posts = posts.with_columns(
        payroll_post=pl.when(civil).then(pl.lit("civil_servant")).otherwise("payroll_post"),
        payroll_since=pl.min_horizontal(
            pl.max_horizontal(ago(rng, posts, 400, 9000), pl.col("birth").dt.offset_by("22y")),
            pl.lit(AS_OF - timedelta(days=200)),
        ),
    )
    return {"public_payroll": posts.sort("person"), "kin_filings": _filings(posts, living)}


def _filings(posts: pl.DataFrame, living: pl.DataFrame) -> pl.DataFrame:
    """Officers and village cadres name spouse and parents."""
    name = {"civil_servant": "社会救助经办", "village_cadre": "村民委员会委员"}
    post = pl.col("payroll_post").replace_strict(name, default=None, return_dtype=pl.String)
    officials = posts.with_columns(filed_post=post).filter(pl.col("filed_post").is_not_null())
    parts = [
        officials.select(
            person=kin,
            filed_relation=pl.lit(word),
            official_number="person",
            filed_post="filed_post",
        )
        for kin, word in (("spouse", "spouse"), ("father", "parent"), ("mother", "parent"))
    ]
    rows = pl.concat(parts).drop_nulls("person").join(living, on="person", how="semi")
    return rows.sort("official_number", "person").with_columns(
        filed_on=pl.lit(date(2026, 3, 20)) + pl.duration(days=pl.col("official_number") % 11)
    )


def _soldiers(soldiers: pl.DataFrame) -> pl.DataFrame:
    """Discharged at the end of the year in which they were twenty."""
    return soldiers.select(
        "person",
        veteran_kind=pl.lit("veteran"),
        veteran_since=pl.col("birth").dt.offset_by("20y").dt.truncate("1y").dt.offset_by("11mo"),
    )


def _justice(rng: np.random.Generator, living: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Terms served, people found again, soldiers of once, legal aid and the women's federation."""
    grown = living.filter(pl.col("age").is_between(20, OLD) & pl.col("ordinary"))
    served = some(rng, grown.filter(pl.col("age") >= GROWN_UP), SHARE["served"])
    months = pl.Series(rng.integers(3, 30, len(served)))
    ended = ago(rng, served, 100, 1500).dt.truncate("1mo")
    found = some(rng, grown, SHARE["found_again"])
    gone = ago(rng, found, 60, 600)
    men = living.filter(~pl.col("female") & (pl.col("age") > LEAVES_SCHOOL + 1))
    soldiers = some(rng, men.filter(pl.col("bereaved").is_null()), SHARE["veteran"])
    soldiers = pl.concat([soldiers, living.filter(pl.col("bereaved").is_not_null())])
    aided = some(rng, grown, SHARE["legal_aid"])
    women = some(rng, grown.filter("female"), SHARE["womens_case"])
    matters = pl.Series(["labour", "injury", "support", "other"])
    return {
        "prison_terms": served.select(
            "person",
            term_kind=pl.lit("sentence"),
            term_since=ended.dt.offset_by(pl.format("-{}mo", months)),
            term_until=ended,
            term_months=months,
        ),
        "missing_reports": found.select(
            "person", out_of_contact_since=gone, missing_until=gone + timedelta(days=9)
        ),
        "veterans": _soldiers(soldiers),
        "legal_aid": aided.select(
            "person",
            legal_matter=matters.gather(pl.Series(rng.integers(0, 4, len(aided)))),
            legal_accepted_on=ago(rng, aided, 20, 700),
        ),
        "womens_cases": women.select(
            "person", case_matter=pl.lit("family"), case_opened_on=ago(rng, women, 20, 700)
        ),
    }


def _homes(
    rng: np.random.Generator, living: pl.DataFrame, homes: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """A power meter a household, water and gas, and the watch list of villages."""
    heads = living.filter(pl.col("relation") == "head").join(
        homes.select("household", "rural"), on="household", maintain_order="left"
    )
    shared = pl.Series(rng.random(len(heads)) < SHARE["shared_meter"]) & heads["ordinary"]
    power = heads.select("person", utility=pl.lit("power"), own_meter=~shared)
    piped = some(rng, heads.filter(~pl.col("rural")), SHARE["gas"])
    pipes = pl.concat(
        [
            heads.select("person", utility=pl.lit("water")),
            piped.select("person", utility=pl.lit("gas")),
        ]
    ).with_columns(own_meter=pl.lit(value=True))
    near = heads.filter(pl.col("rural") & pl.col("identity").is_in(["MZ05", "MZ06"]))
    watched = some(rng, near, SHARE["watched"] * 4)
    return {
        "power_meters": power,
        "water_gas_meters": pipes.sort("person", "utility"),
        "poverty_watch": watched.select(
            "person",
            watch_kind=pl.lit("marginal"),
            watch_since=ago(rng, watched, 60, 700).dt.truncate("1mo"),
        ),
    }


def _students(rng: np.random.Generator, living: pl.DataFrame) -> pl.DataFrame:
    """Everyone whom the household register has at school, with the school's own file."""
    stage = pl.lit(None, pl.String)
    for first, name in AGES:
        stage = pl.when(pl.col("age") >= first).then(pl.lit(name)).otherwise(stage)
    grown = pl.col("age").is_between(ADULT, ADULT + 3) & (pl.col("relation") == "child")
    minor = pl.col("age") < ADULT
    rows = living.with_columns(
        student_stage=pl.when(minor).then(stage).when(grown).then(pl.lit("university"))
    ).filter(pl.col("student_stage").is_not_null())
    secondary = pl.col("student_stage").str.contains("secondary|university")
    rich = pl.col("ordinary") & pl.col("student_stage").is_in(["preschool", "primary"])
    began = {name: f"-{first}y" for first, name in AGES} | {"university": f"-{ADULT}y"}
    since = pl.lit(AS_OF.replace(month=9, day=1)).dt.offset_by(
        pl.format(
            "-{}y",
            pl.col("age")
            - pl.col("student_stage").replace_strict(
                {name: int(back[1:-1]) for name, back in began.items()}, return_dtype=pl.Int64
            ),
        )
    )
    return rows.select(
        "person",
        "student_stage",
        boarding=secondary & pl.Series(rng.random(len(rows)) < SHARE["boards"]),
        high_fee_school=rich & pl.Series(rng.random(len(rows)) < SHARE["high_fee"]),
        student_since=since,
    ).sort("person")
