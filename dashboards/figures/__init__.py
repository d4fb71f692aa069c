"""Frame in, figure out."""

from __future__ import annotations

from typing import Final

BRAND: Final = "#c8102e"
GREY: Final = "#c3c9d2"
INK: Final = "#1d2129"
FONT: Final = {
    "family": "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif",
    "size": 13,
    "color": INK,
}
