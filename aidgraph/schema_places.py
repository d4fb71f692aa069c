"""Where the picture of the schema has its labels, and how its lines run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Side = Literal["left", "right", "top", "bottom"]

WIDTH, HEIGHT = 1640, 900
UNIT: Final = "Unit"  # the frame around a household and a person: what holds of either
RECORD: Final = "Record"  # the record kinds of a pack
LATER: Final = ("Finding", "Instruction")
"""Declared, and kept in the records until a projection is given them."""

PLACES: Final = {
    "Instruction": (30, 50),
    "Finding": (350, 36),
    "Region": (30, 400),
    "Household": (370, 270),
    "Person": (350, 490),
    "Step": (1090, 30),
    "Application": (750, 180),
    RECORD: (350, 790),
    "Disbursement": (760, 600),
    "Account": (1110, 800),
    "Programme": (1060, 370),
    "Act": (1440, 40),
    "Article": (1360, 180),
    "Criterion": (1440, 400),
    "Department": (1440, 640),
}
COLOURS: Final = {
    **dict.fromkeys(("Household", "Person"), "#b3202c"),
    **dict.fromkeys(("Region", "Department"), "#4f5b66"),
    **dict.fromkeys(("Programme", "Criterion", "Article", "Act"), "#1f4e79"),
    **dict.fromkeys(("Application", "Step"), "#8a5a00"),
    **dict.fromkeys(("Disbursement", "Account"), "#2a6b3f"),
    **dict.fromkeys(("Finding", "Instruction"), "#6b4a86"),
    RECORD: "#7a7468",
}


@dataclass(frozen=True, slots=True)
class Way:
    """How a line runs: the side that it leaves and the one that it reaches, and where on each.

    `label` is where on the line its words stand; `reach` how far it goes straight at least.
    """

    leaves: Side
    at: float
    reaches: Side
    to: float
    label: float = 0.5
    reach: float = 30.0


WAYS: Final[dict[tuple[str, str], Way]] = {
    ("Household", "Person"): Way("bottom", 0.5, "top", 0.58),
    ("Person", "Person"): Way("bottom", 0.62, "bottom", 0.85),
    (UNIT, "Programme"): Way("right", 0.5, "left", 0.5),
    (UNIT, RECORD): Way("bottom", 0.3, "top", 0.3),
    ("Household", "Region"): Way("left", 0.5, "top", 0.4, 0.42),
    (UNIT, "Region"): Way("left", 0.45, "right", 0.4, 0.5),
    ("Region", "Region"): Way("bottom", 0.3, "bottom", 0.75),
    ("Application", UNIT): Way("left", 0.6, "right", 0.1),
    ("Application", "Programme"): Way("right", 0.5, "top", 0.3),
    ("Application", "Step"): Way("top", 0.75, "left", 0.6, 0.4),
    ("Disbursement", UNIT): Way("left", 0.4, "right", 0.85),
    ("Disbursement", "Programme"): Way("right", 0.2, "bottom", 0.3),
    ("Disbursement", "Department"): Way("right", 0.5, "left", 0.6, 0.55),
    ("Disbursement", "Account"): Way("right", 0.85, "left", 0.5),
    ("Disbursement", "Disbursement"): Way("bottom", 0.3, "bottom", 0.6),
    ("Department", "Programme"): Way("top", 0.3, "right", 0.85, 0.45),
    ("Programme", "Criterion"): Way("right", 0.5, "left", 0.5, 0.45),
    ("Criterion", "Criterion"): Way("bottom", 0.35, "bottom", 0.8),
    ("Programme", "Article"): Way("top", 0.75, "left", 0.6),
    ("Criterion", "Article"): Way("top", 0.5, "bottom", 0.77),
    ("Article", "Act"): Way("top", 0.77, "bottom", 0.5),
    ("Programme", "Programme"): Way("bottom", 0.62, "bottom", 0.9),
    ("Finding", UNIT): Way("bottom", 0.3, "top", 0.35),
    ("Finding", "Programme"): Way("right", 0.6, "top", 0.5, 0.25),
    ("Instruction", "Finding"): Way("right", 0.4, "left", 0.3),
}
