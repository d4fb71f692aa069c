"""Which office runs which programme of the county, for whom, and what it pays when."""

from __future__ import annotations

from typing import Final

OFFICES: Final[dict[str, tuple[str, ...]]] = {
    "civil_affairs": (
        "MZ01", "MZ02", "MZ03", "MZ04", "MZ05", "MZ06", "MZ10", "MZ11", "MZ13", "MZ14", "MZ18",
    ),
    "disability_federation": ("MZ16", "MZ17", "CL01"),
    "medical_insurance": ("YB01", "YB02"),
    "education": ("JY03",),
    "housing_construction": ("ZJ01",),
    "union": ("GH01",),
    "power_company": ("DL01",),
    "social_security": ("RS01",),
    "womens_federation": ("FL01",),
    "veterans_affairs": ("TY01",),
}  # fmt: skip
"""Who keeps the roll of each programme. Townships give MZ10, and civil affairs keeps its files."""
NOT_PAYING: Final = ("social_security",)
"""Offices that give a service and send no payments."""
DEPARTMENTS: Final = tuple(OFFICES)
BY_DEPARTMENT: Final = {p: office for office, runs in OFFICES.items() for p in runs}
PROGRAMMES: Final = tuple(sorted({*BY_DEPARTMENT, "SW01"}))
"""Those of the county, and one that only another city has."""
HOUSEHOLD_PROGRAMMES: Final = ("DL01", "GH01", "MZ01", "MZ05", "MZ06", "MZ10", "MZ11", "ZJ01")
AMOUNTS: Final = {
    "MZ01": 1100, "MZ02": 1100, "MZ03": 1870, "MZ04": 230, "MZ10": 1100, "MZ11": 3300,
    "MZ13": 2400, "MZ14": 2400, "MZ16": 330, "MZ17": 125, "MZ18": 60, "JY03": 1150, "ZJ01": 200,
    "GH01": 8800, "DL01": 8, "FL01": 10_000, "TY01": 2600, "CL01": 18_000,
}  # fmt: skip
"""Yuan a payment where a scenario states no amount."""
PAID_IN: Final = {"JY03": (3, 9), "GH01": (1,), "CL01": (3,)}
"""Months of the year in which a programme pays; one that is not here pays every month."""
PAID_ONCE: Final = ("MZ10", "MZ11", "FL01", "YB02")
"""Programmes that pay in the month in which somebody comes to be on their roll, and no more."""
