"""The few sentences of an explanation that no ontology says, and numbers as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ontology.to_text import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from ontology.to_text import Language
    from ontology.vocabulary import Item, Text

PHRASES: Final[Mapping[str, Text]] = {
    "all": {"zh": "同时满足", "en": "all of these"},
    "any": {"zh": "满足其一", "en": "one of these"},
    "roster": {"zh": "家庭成员名册", "en": "list of members"},
    "kin": {"zh": "亲属关系", "en": "relatives"},
    "household": {"zh": "所在家庭", "en": "household"},
    "standard": {"zh": "标准 {parameter}", "en": "standard {parameter}"},
    "ask_register": {
        "zh": "{item}：向{department}核对，不要求当事人提供",
        "en": "{item}: look it up with {department}; do not ask the citizen",
    },
    "ask_citizen": {
        "zh": "{item}：登记中查不到，需入户调查或由当事人说明",
        "en": "{item}: no register holds it; ask the family or visit",
    },
    "ask_standard": {
        "zh": "{item}：当地当日没有有效的标准",
        "en": "{item}: none is in force in this place on this day",
    },
    "near": {"zh": "{what}相差{difference}", "en": "{what} is {difference} off"},
    "at_line": {
        "zh": "{what}正好等于界线，须越过才符合",
        "en": "{what} is exactly at the line, which must be passed",
    },
    "flip": {"zh": "若“{what}”成立，即符合", "en": "would qualify if this held: {what}"},
    "unflip": {
        "zh": "若“{what}”不成立，即符合",
        "en": "would qualify if this did not hold: {what}",
    },
    "consent": {"zh": "取得核对授权", "en": "obtain consent to the check"},
    "home_visit": {"zh": "入户调查", "en": "visit the home"},
    "true": {"zh": "是", "en": "yes"},
    "false": {"zh": "否", "en": "no"},
    "at_least": {"zh": "不少于{number}", "en": "{number} or more"},
    "at_most": {"zh": "不多于{number}", "en": "{number} or less"},
    "between": {"zh": "{low}至{high}", "en": "{low} to {high}"},
    "about": {"zh": "约{number}", "en": "about {number}"},
    "differ": {"zh": "各来源不一：{said}", "en": "sources differ: {said}"},
}


def phrase(name: str, lang: Language, **values: str) -> str:
    """A sentence in a language."""
    return PHRASES[name][lang].format(**values)


def label(text: Text | None, lang: Language, name: str) -> str:
    """Words in a language, else in another, else the name."""
    text = text or {}
    return text.get(lang) or next(iter(text.values()), name.replace("_", " "))


def unit_label(unit: str | None, lang: Language) -> str:
    """A unit of measure as it stands after a number."""
    return UNITS.get(unit, {"zh": unit, "en": f" {unit}"})[lang] if unit else ""


def amount(fen: int) -> str:
    """Money as JSON holds it: `812.00`."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def decimal(value: Fraction, places: int, lang: Language) -> str:
    """A number with its decimals; said to be about so much where these do not hold it."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = f"{whole:0{places + 1}d}"
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    text = f"-{text}" if value < 0 and whole else text
    return text if scaled.denominator == 1 else phrase("about", lang, number=text)


def places_of(item: Item) -> int:
    """How many decimals a number has: those of its scale, four of a bare ratio."""
    places = len(str(item.scale)) - 1
    return places or (4 if item.datatype == "decimal" else 0)
