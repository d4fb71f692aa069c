"""Findings of somebody whose id was joined to an older one go on under the id that they had."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import select

from audit.findings import finding_id
from audit.tables import FINDINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from audit.findings import Findings
    from audit.records import Records


def followed(findings: Findings, records: Records, aliases: Mapping[str, str]) -> Findings:
    """What was found, each under the id of the finding that it continues.

    `aliases`: the oldest id of each that was joined to it. Where both ids had the same finding,
    that of the oldest goes on and the other is cleared.
    """
    found = set(findings.frame["id"])
    if not aliases or not found:
        return findings
    with records.read() as connection:
        columns = (FINDINGS.c.id, FINDINGS.c.question, FINDINGS.c.key)
        kept = {row.id: row for row in connection.execute(select(*columns).order_by(columns[0]))}
    before: dict[str, str] = {}
    for row in kept.values():
        now = finding_id(row.question, _oldest(row.key, aliases))
        if now != row.id and now in found and now not in kept:
            before.setdefault(now, row.id)
    if not before:
        return findings
    ids = pl.col("id").replace(before)
    return replace(findings, frame=findings.frame.with_columns(ids))


def _oldest(key: Mapping[str, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    """The key of a finding with everyone under the oldest id."""
    return {
        name: aliases.get(value, value) if isinstance(value, str) else value
        for name, value in key.items()
    }
