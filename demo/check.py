"""Score what was found in the county against what was planted there.

Frames, all text unless said otherwise; further columns are ignored.

`findings`      kind, programme, unit (household or person), household_number, id_number (null for a
                household). `programme` is `MZ18`, both of an overlap as `MZ03+MZ16` or one of them,
                the thing where services coincide (`haircut`), or null for any.
`rejects`       file, row (integer), reason: every refused row, file by its name.
`accepted`      file, row: rows that were taken over, at least those that the truth names.
`linked`        file, row, id_number: rows without a valid number, and whose they were taken for.
`undetermined`  programme, unit, household_number, id_number, missing (list of item names).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from demo.offices import HOUSEHOLD_PROGRAMMES
from demo.scenarios import KINDS, UNKNOWNS

if TYPE_CHECKING:
    from pathlib import Path

FINDING: Final = ("kind", "programme", "unit", "household_number", "id_number")
PLACE: Final = ("file", "row")
SHARED_ACCOUNT: Final = "one_account_several_households"
"""Found once for the account, and asked of each household on it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a line of the truth is about, and under which programmes."""

    kind: str
    unit: str
    household: str
    number: str | None
    programmes: frozenset[str]
    missing: frozenset[str]
    scenario: str

    @property
    def mixed(self) -> bool:
        """One programme of a household and one of a person: a finding may name either."""
        of_home = {p for p in self.programmes if p in HOUSEHOLD_PROGRAMMES}
        return bool(of_home) and of_home != self.programmes

    def fits(self, finding: dict[str, Any]) -> bool:
        """Whether a finding is the one that this line speaks of."""
        named = frozenset(filter(None, (finding["programme"] or "").split("+")))
        if finding["kind"] != self.kind or not named <= self.programmes:
            return False
        home = bool(finding["household_number"] == self.household)
        if self.mixed or self.kind == SHARED_ACCOUNT:
            return home
        if self.unit == "household":
            return home and finding["unit"] == "household"
        return bool(finding["unit"] == "person" and finding["id_number"] == self.number)


def score(
    findings: pl.DataFrame,
    truth: Path,
    *,
    rejects: pl.DataFrame | None = None,
    accepted: pl.DataFrame | None = None,
    undetermined: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """Recall and precision of each kind, dirty rows handled, unknowns left undetermined."""
    lines = _lines(truth)
    result: dict[str, Any] = {"kinds": {kind: _kind(kind, findings, lines) for kind in KINDS}}
    if rejects is not None:
        dirty = pl.read_csv(truth / "dirty.csv", infer_schema=False).cast({"row": pl.Int64})
        result["dirty"] = _dirty(dirty, rejects, accepted)
    if undetermined is not None:
        result["unknowns"] = _unknowns(undetermined, lines)
    return result


def differences(
    findings: pl.DataFrame, truth: Path, undetermined: pl.DataFrame | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Planted subjects not found (`missed`), findings not planted (`false`), unknowns not kept."""
    lines = [s for verdict, s in _lines(truth) if verdict == "found"]
    near = [s for verdict, s in _lines(truth) if verdict == "near_miss"]
    rows = findings.select(FINDING).to_dicts()
    missed = [s for s in lines if not any(s.fits(row) for row in rows)]
    false = [row for row in rows if not any(s.fits(row) for s in lines)]
    told = {
        "missed": [_told(s) for s in missed],
        "false": [row | {"near_miss_of": _scenario(row, near)} for row in false],
    }
    if undetermined is not None:
        kept = _kept(undetermined, _lines(truth))
        told["unknowns"] = [
            _told(s) | {"missing": sorted(s.missing), "got": sorted(map(sorted, missing))}
            for s, missing in kept
            if s.missing not in missing
        ]
    return told


def _scenario(row: dict[str, Any], near: list[Subject]) -> str | None:
    return next((s.scenario for s in near if s.fits(row)), None)


def _told(subject: Subject) -> dict[str, Any]:
    return {
        "scenario": subject.scenario,
        "kind": subject.kind,
        "programme": "+".join(sorted(subject.programmes)),
        "unit": subject.unit,
        "household_number": subject.household,
        "id_number": subject.number,
    }


def _lines(truth: Path) -> list[tuple[str, Subject]]:
    """The verdicts that were planted, with the numbers that their subjects were given."""
    table = pl.read_csv(truth / "truth.csv", infer_schema=False)
    return [
        (
            row["verdict"],
            Subject(
                row["kind"],
                row["unit"],
                row["household_number"],
                row["id_number"],
                frozenset(row["programmes"].split("+")),
                frozenset((row["missing"] or "").split()),
                row["scenario"],
            ),
        )
        for row in table.to_dicts()
    ]


def _kind(kind: str, findings: pl.DataFrame, lines: list[tuple[str, Subject]]) -> dict[str, Any]:
    planted = [s for verdict, s in lines if s.kind == kind and verdict == "found"]
    near = sum(s.kind == kind and verdict == "near_miss" for verdict, s in lines)
    rows = findings.filter(pl.col("kind") == kind).select(FINDING).to_dicts()
    found = sum(any(s.fits(row) for row in rows) for s in planted)
    right = sum(any(s.fits(row) for s in planted) for row in rows)
    return {
        "planted": len(planted),
        "near_misses": near,
        "found": found,
        "recall": _share(found, len(planted)),
        "precision": _share(right, len(rows)) if rows else float(not planted),
    }


def _share(part: int, whole: int) -> float:
    """Part of the whole; of nothing, all was found."""
    return part / whole if whole else 1.0


def _dirty(
    dirty: pl.DataFrame, rejects: pl.DataFrame, accepted: pl.DataFrame | None
) -> dict[str, int]:
    """How many planted rows met what the truth says, and how many clean rows were refused."""
    refused = set(rejects.select(PLACE).rows())
    reasons = {(f, r): reason for f, r, reason in rejects.select(*PLACE, "reason").rows()}
    taken = None if accepted is None else set(accepted.select(PLACE).rows())
    handled = 0
    for row in dirty.to_dicts():
        place = (row["file"], row["row"])
        if row["expected"] == "refused":
            handled += place in refused and (row["reason"] or "") in (reasons[place] or "")
        else:
            there = taken is None or (place in taken) == (row["expected"] != "repeated")
            handled += place not in refused and there
    wrong = dirty.filter(pl.col("expected") == "refused").select(PLACE).rows()
    return {
        "planted": len(dirty),
        "handled": handled,
        "false_refusals": len(refused - set(wrong)),
    }


def score_links(linked: pl.DataFrame, truth: Path) -> dict[str, int]:
    """Of the planted rows without a valid number: how many went to their person, or to another."""
    dirty = pl.read_csv(truth / "dirty.csv", infer_schema=False).cast({"row": pl.Int64})
    meant = {(row["file"], row["row"]): row["id_number"] for row in dirty.to_dicts()}
    wanted = dirty.filter(pl.col("expected") == "linked").height
    got = [
        (meant.get((file, row)), whose)
        for file, row, whose in linked.select(*PLACE, "id_number").rows()
    ]
    right = sum(number == whose for number, whose in got)
    return {"planted": wanted, "right": right, "wrong": len(got) - right}


def _unknowns(undetermined: pl.DataFrame, lines: list[tuple[str, Subject]]) -> dict[str, int]:
    """How many planted unknowns stayed undetermined, and how many name the right facts."""
    kept = _kept(undetermined, lines)
    return {
        "planted": len(kept),
        "undetermined": sum(bool(missing) for _, missing in kept),
        "missing_named": sum(subject.missing in missing for subject, missing in kept),
    }


def _kept(
    undetermined: pl.DataFrame, lines: list[tuple[str, Subject]]
) -> list[tuple[Subject, list[frozenset[str]]]]:
    """Each planted unknown with the missing facts of the undetermined decisions about it."""
    rows = undetermined.with_columns(kind=pl.lit(UNKNOWNS)).select(*FINDING, "missing").to_dicts()
    return [
        (subject, [frozenset(row["missing"]) for row in rows if subject.fits(row)])
        for _, subject in lines
        if subject.kind == UNKNOWNS
    ]
