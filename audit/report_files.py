"""The report as files: one page and one workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.report_html import to_html
from audit.report_xlsx import write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from audit.report import Report


def write(report: Report, folder: Path) -> list[Path]:
    """Write report.html, which needs no network, and report.xlsx into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    page, book = folder / "report.html", folder / "report.xlsx"
    page.write_text(to_html(report), encoding="utf-8")
    write_xlsx(report, book)
    return [page, book]
