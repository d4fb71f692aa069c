"""What goes above the line and below it, figure by figure, out of graph, findings and decisions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from audit.completeness import Checked
    from audit.findings import Readable
    from audit.history import Month
    from ontology.tables import Step

# One row a thing that counts: where, under which programme, which thing, how much.
ROWS: Final[dict[str, Any]] = {
    "region": pl.String,
    "programme": pl.String,
    "what": pl.String,
    "weight": pl.Int64,
}
WAITING: Final = ("application_overdue",)
UNDECIDED: Final = ("undetermined", "conflict")

PROGRAMMES: Final = """
MATCH (p:Programme)
OPTIONAL MATCH (p)-[:LINKED_TO]->(q:Programme)
WITH p, count(q) AS opens
WHERE opens > 0 OR p.kind = 'identity'
RETURN p.id AS programme, coalesce(p.kind, '') = 'identity' AS identity
ORDER BY programme
"""
ENROLLED: Final = """
MATCH (u:Household|Person)-[e:ENROLLED_IN]->(p:Programme)
WHERE p.id IN $programmes
  AND e.since <= $as_of AND (e.until IS NULL OR e.until > $as_of)
MATCH (u)-[m:HAS_MEMBER*0..1]->(v:Person)
WHERE (v.dead_by IS NULL OR v.dead_by > $as_of)
  AND all(r IN m WHERE coalesce(r.counted, true)
    AND (r.until IS NULL OR r.until > $as_of))
RETURN p.id AS programme, v.id AS what, coalesce(v.region, u.region) AS region,
       EXISTS {
         MATCH (u)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(p)
         WHERE d.status = 'success'
           AND d.for_month >= date.truncate('month', $as_of) - duration({months: 1})
           AND d.for_month < date.truncate('month', $as_of)
       } AS paid
ORDER BY programme, what
"""
POPULATION: Final = """
MATCH (v:Person)
WHERE v.dead_by IS NULL OR v.dead_by > $as_of
RETURN v.region AS region, count(v) AS weight
ORDER BY region
"""
HOUSEHOLDS: Final = """
MATCH (h:Household)
RETURN h.region AS region, count(h) AS weight
ORDER BY region
"""
RECEIVING: Final = """
MATCH (u:Household|Person)-[q:QUALIFIES_FOR]->(p:Programme)
WHERE coalesce(q.after, 'kept') <> 'excluded'
  AND EXISTS {
    MATCH (u)-[m:HAS_MEMBER*0..1]-(x)-[e:ENROLLED_IN]->(p)
    WHERE (e.since IS NULL OR e.since <= $as_of) AND (e.until IS NULL OR e.until > $as_of)
      AND all(r IN m WHERE r.until IS NULL OR r.until > $as_of)
  }
RETURN p.id AS programme, u.region AS region, count(u) AS weight
ORDER BY programme, region
"""
EXCESS: Final = """
MATCH (d:Disbursement)-[:UNDER]->(p:Programme)
WHERE d.id IN $payments
RETURN d.id AS what, p.id AS programme, d.amount AS weight, d.aid_region AS payer,
       d.for_month > $as_of - duration({months: 12}) AS recent
ORDER BY what
"""
PAID: Final = """
MATCH (u)<-[:PAID_TO]-(d:Disbursement)-[:UNDER]->(p:Programme)
WHERE p.id IN $programmes AND d.status = 'success'
  AND d.for_month > $as_of - duration({months: 12}) AND d.for_month <= $as_of
RETURN p.id AS programme, u.region AS region, d.aid_region AS payer, sum(d.amount) AS weight
ORDER BY programme, region, payer
"""


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """What figures are measured from.

    `findings` as `findings.frame_of` or `find` give them; `decisions`: unit, id, programme, status,
    region; `months`: those that were decided, the earliest first; `procedures`: those of
    the pack, of which a flow may be that of a kind of record in a place (`complaint-33`).
    """

    store: Readable
    findings: pl.DataFrame
    decisions: pl.DataFrame
    checked: Checked
    as_of: date
    run: str = ""
    receipt_not_known: int = 0
    months: tuple[Month, ...] = ()
    procedures: Sequence[Step] = ()

    def rows(self, query: str, **given: object) -> pl.DataFrame:
        """The rows of a query, each with its township."""
        found = self.store.read(query, {"as_of": self.as_of, **given})
        return self.placed(pl.DataFrame(found, infer_schema_length=None))

    def placed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with each place replaced by its township."""
        if "region" not in frame.columns:
            return frame
        codes = frame["region"].unique().to_list()
        towns = {code: self.checked.township(code) for code in codes}
        return frame.with_columns(
            pl.col("region").cast(pl.String).replace_strict(towns, return_dtype=pl.String)
        )

    def townships(self, within: Collection[str]) -> list[str]:
        """Every township that the table of places knows in these regions."""
        regions = self.checked.regions
        codes = [r.code for r in regions.by_code.values() if r.level == "township"]
        return sorted(
            code
            for code in codes
            if not within or any(regions.within(code, region) for region in within)
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows above and below the line, rows that stand beside, and households by township.

    `apart` names programmes with rows of their own that the figure itself leaves out.
    """

    above: pl.DataFrame
    below: pl.DataFrame
    beside: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    known: Mapping[str, int | None] = field(default_factory=dict)
    households: Mapping[str, int] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()

    def of_figure(self) -> Parts:
        """Without the programmes that only stand apart."""
        counted = ~pl.col("programme").is_in(list(self.apart)).fill_null(value=False)
        return replace(self, above=self.above.filter(counted), below=self.below.filter(counted))

    def within(
        self, facts: FigureFacts, regions: Collection[str], programmes: Collection[str]
    ) -> Parts:
        """Cut to places (with everything in them) and programmes; none named means all."""

        def cut(rows: pl.DataFrame) -> pl.DataFrame:
            return _of_programmes(_in_regions(rows, facts, regions), programmes)

        return replace(
            self,
            above=cut(self.above),
            below=cut(self.below),
            beside={name: cut(rows) for name, rows in self.beside.items()},
            apart=self.apart - set(programmes),
        )


def _in_regions(rows: pl.DataFrame, facts: FigureFacts, regions: Collection[str]) -> pl.DataFrame:
    if not regions:
        return rows
    codes = rows["region"].drop_nulls().unique().to_list()
    inside = [
        code for code in codes if any(facts.checked.within(code, region) for region in regions)
    ]
    return rows.filter(pl.col("region").is_in(inside))


def _of_programmes(rows: pl.DataFrame, programmes: Collection[str]) -> pl.DataFrame:
    """Rows of these programmes, and those of none in particular (a population)."""
    if not programmes:
        return rows
    return rows.filter(pl.col("programme").is_null() | pl.col("programme").is_in(list(programmes)))


def covered(facts: FigureFacts) -> Parts:
    """Persons enrolled on the day beside the population."""
    known = facts.rows(PROGRAMMES)
    names = _texts(known, "programme")
    identities = frozenset(_texts(known, "programme", pl.col("identity")))
    enrolled = facts.rows(ENROLLED, programmes=names)
    counting = [name for name in names if name not in identities]
    above = rows_of(enrolled)
    paid = above if enrolled.is_empty() else rows_of(enrolled.filter(pl.col("paid")))
    of_counting = pl.col("programme").is_in(counting)
    return Parts(
        above=above,
        below=tallies(facts.rows(POPULATION)),
        beside={
            "paid_last_month": paid.filter(of_counting),
            "identities": above.filter(~of_counting),
            **_undecided(facts, counting),
        },
        apart=identities,
    )


def suspected_gaps(facts: FigureFacts) -> Parts:
    """Gaps that nobody has waived or refuted beside all that qualify."""
    gaps = open_findings(facts, ("gap",)).filter(~pl.col("question").is_in(WAITING))
    above = gaps.select(
        "region",
        "programme",
        pl.concat_str("unit", "unit_id", "programme", separator="|").alias("what"),
        pl.lit(1, dtype=pl.Int64).alias("weight"),
    ).unique("what", maintain_order=True)
    households = gaps.select(
        "region",
        "programme",
        pl.col("household").alias("what"),
        pl.lit(1, dtype=pl.Int64).alias("weight"),
    ).filter(pl.col("what").is_not_null())
    receiving = tallies(facts.rows(RECEIVING))
    there = facts.rows(HOUSEHOLDS)
    programmes = {*above["programme"], *receiving["programme"]}
    return Parts(
        above=above,
        below=pl.concat([above, receiving]),
        beside={"households": households, **_undecided(facts, sorted(programmes - {None}))},
        known={"receipt_not_known": facts.receipt_not_known},
        households=_by_region(there),
    )


def suspected_overpaid(facts: FigureFacts) -> Parts:
    """Excess of payments made here that open hard findings cite beside what was paid here."""
    cited = (
        open_findings(facts, ("duplicate", "suspicion"))
        .filter(pl.col("severity") == "hard")
        .select("region", "conclusion", what="excess")
        .explode("what")
        .drop_nulls("what")
        .unique("what", maintain_order=True)
    )
    found = paid_here(facts, facts.rows(EXCESS, payments=cited["what"].to_list()))
    if found.is_empty():
        found = pl.DataFrame(schema={**ROWS, "recent": pl.Boolean}).drop("region")
    excess = cited.join(found, on="what").with_columns(pl.col("recent").fill_null(value=False))
    above = rows_of(excess.filter("recent"))
    programmes = sorted({*above["programme"]})
    confirmed = excess.filter(pl.col("conclusion").is_in(["confirmed", "partly"]))
    older = excess.filter(~pl.col("recent"))
    return Parts(
        above=above,
        below=tallies(paid_here(facts, facts.rows(PAID, programmes=programmes))),
        beside={"older": rows_of(older), "confirmed": rows_of(confirmed)},
    )


def paid_here(facts: FigureFacts, rows: pl.DataFrame) -> pl.DataFrame:
    """Without what other regions paid to people of this one: that is not of this money."""
    if rows.is_empty() or (place := of_everyone(facts)) is None:
        return rows
    within = facts.checked.within
    payers = rows["payer"].drop_nulls().unique().to_list()
    away = [code for code in payers if not (within(code, place) or within(place, code))]
    return rows.filter(pl.col("payer").is_null() | ~pl.col("payer").is_in(away))


def of_everyone(facts: FigureFacts) -> str | None:
    """The least place that holds every household, if any does."""
    homes = facts.rows(HOUSEHOLDS)
    codes = [] if homes.is_empty() else homes["region"].drop_nulls().unique().sort().to_list()
    shared = (
        place
        for place in (facts.checked.regions.upward(codes[0]) if codes else ())
        if all(facts.checked.within(code, place) for code in codes)
    )
    return next(shared, None)


def open_findings(facts: FigureFacts, finds: Collection[str]) -> pl.DataFrame:
    """Findings that stand: not cleared, not refuted, not waived."""
    frame = facts.findings
    lacking = {"conclusion", "disposal", "cleared_at"} - set(frame.columns)
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in lacking)
    return frame.filter(
        pl.col("finds").is_in(list(finds)),
        pl.col("cleared_at").is_null(),
        pl.col("conclusion").fill_null("") != "refuted",
        pl.col("disposal").fill_null("") != "waived",
    )


def _undecided(facts: FigureFacts, programmes: Collection[str]) -> dict[str, pl.DataFrame]:
    """Units whose facts do not suffice, or contradict one another, for these programmes."""
    rows = facts.placed(facts.decisions.filter(pl.col("programme").is_in(list(programmes))))
    return {
        status: rows.filter(pl.col("status") == status).select(
            "region",
            "programme",
            pl.concat_str("unit", "id", "programme", separator="|").alias("what"),
            pl.lit(1, dtype=pl.Int64).alias("weight"),
        )
        for status in UNDECIDED
    }


def rows_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in the four columns; a thing without a weight of its own counts one."""
    if frame.is_empty():
        return pl.DataFrame(schema=ROWS)
    weight = pl.col("weight") if "weight" in frame.columns else pl.lit(1)
    return frame.with_columns(weight.alias("weight")).select(
        pl.col(name).cast(dtype) for name, dtype in ROWS.items()
    )


def tallies(frame: pl.DataFrame) -> pl.DataFrame:
    """Sums that the graph has made already, each a thing of its own."""
    if frame.is_empty():
        return pl.DataFrame(schema=ROWS)
    programme = "programme" if "programme" in frame.columns else pl.lit(None).alias("programme")
    frame = frame.select("region", programme, "weight").with_row_index("what")
    return rows_of(frame.with_columns(pl.format("tally {}", "what").alias("what")))


def _by_region(frame: pl.DataFrame) -> dict[str, int]:
    if frame.is_empty():
        return {}
    sums = frame.drop_nulls("region").group_by("region").agg(pl.col("weight").sum())
    return dict(sums.iter_rows())


def _texts(frame: pl.DataFrame, column: str, where: pl.Expr | None = None) -> list[str]:
    if frame.is_empty():
        return []
    return list(frame.filter(where if where is not None else pl.lit(value=True))[column])
