"""Frame in, figure out."""

from __future__ import annotations

from typing import Final

GREY: Final = "#c3c9d2"
INK: Final = "#1f2733"
FONT: Final = {
    "family": "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif",
    "size": 13,
    "color": INK,
}
