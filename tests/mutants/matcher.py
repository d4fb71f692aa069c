"""Mistakes in the matcher: what is complete, what displaces what, which reasons are told."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import (
    COMPATIBILITY,
    COMPLETENESS,
    ENROLMENT,
    LANGUAGE,
    Mutant,
)

MATCHER_MUTANTS: Final = (
    Mutant(
        "a source covers a window it began in",
        "matching/completeness.py",
        'pl.col("from") <= start',
        'pl.col("from") <= self.as_of',
        COMPLETENESS,
    ),
    Mutant(
        "a source ends a day early",
        "matching/completeness.py",
        'pl.col("until") >= self.as_of',
        'pl.col("until") > self.as_of',
        COMPLETENESS,
    ),
    Mutant(
        "a refused row opens nothing",
        "matching/completeness.py",
        'people.is_in(rows["person"].implode())',
        'people.is_in(rows["person"].clear().implode())',
        COMPLETENESS,
    ),
    Mutant(
        "an enrolment holds on the day it ends",
        "matching/enrolment.py",
        'pl.col("enrolled_until") > as_of',
        'pl.col("enrolled_until") >= as_of',
        ENROLMENT,
    ),
    Mutant(
        "the loser wins",
        "matching/compatibility.py",
        '        case "exclude":\n            b.lose(both, index)',
        '        case "exclude":\n            a.lose(both, index)',
        COMPATIBILITY,
    ),
    Mutant(
        "a top-up falls below nothing",
        "matching/compatibility.py",
        "np.maximum(b.amount - amount * mine // other, 0)[both]",
        "(b.amount - amount * mine // other)[both]",
        COMPATIBILITY,
    ),
    Mutant(
        "an unknown amount displaces",
        "matching/compatibility.py",
        "both = both & known & b.known",
        "both = both & b.known",
        COMPATIBILITY,
    ),
    Mutant(
        "the reasons: every roster is closed",
        "matching/verdict.py",
        "return not least if closed and yes + unknown < more else None",
        "return not least if yes + unknown < more else None",
        LANGUAGE,
    ),
    Mutant(
        "the reasons: an unknown part is a no",
        "matching/verdict.py",
        "return False if False in found else None if None in found else True",
        "return False if False in found or None in found else True",
        LANGUAGE,
    ),
    Mutant(
        "the reasons: an interval is judged by its near end",
        "matching/verdict.py",
        "near, far = (1, 0) if operator in",
        "near, far = (0, 1) if operator in",
        LANGUAGE,
    ),
    Mutant(
        "the reasons: a relative not on file is a person all the same",
        "matching/verdict.py",
        "truth=True if at >= 0 else None",
        "truth=True",
        LANGUAGE,
    ),
    Mutant(
        "the reasons: who has no household may have two",
        "matching/verdict.py",
        "closed = closed or (one and not least and number > 0)",
        "closed = closed or (one and number < 0)",
        LANGUAGE,
    ),
)
