"""The schema of the graph as a picture (SVG): every label and every kind of edge, as declared.

What stands where is laid out in `schema_places`; what there is comes from `graph_loader.schema`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from aidgraph.schema_places import (
    COLOURS,
    HEIGHT,
    LATER,
    PLACES,
    RECORD,
    UNIT,
    WAYS,
    WIDTH,
)
from graph_loader.schema import (
    EDGES,
    HOLDS,
    NODES,
    UNITS,
    VERBS,
    WATERMARK,
    Edge,
    Node,
    label_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aidgraph.schema_places import Side, Way
    from graph_loader.schema import Type

Point = tuple[float, float]
Cards = dict[str, "Card"]

HEAD, ROW, PAD, COLUMN, NARROW = 30, 15, 9, 118, 150
ONE_COLUMN: Final = 5  # so many properties still stand below one another
FONT: Final = "Inter,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
INK: Final[Mapping[Type, str]] = {
    "text": "#3d4852",
    "integer": "#1769aa",
    "date": "#23753f",
    "boolean": "#8740b0",
    "list": "#b25d1e",
}
PAPER, LINE, SOFT = "#ffffff", "#8a949e", "#6b7680"
SQUARE: Final = chr(0x2E80)  # from here on signs are Chinese
WORDS_LINE: Final = 40  # signs of one line below a verb
RECORDS: Final = Node(RECORD, "资料记录", "record")
EITHER: Final = Node(UNIT, "家庭或个人", "either")


@dataclass(frozen=True, slots=True)
class Card:
    """A label as it is drawn: where, how large, and what it holds."""

    node: Node
    x: float
    y: float
    columns: int
    width: float
    height: float

    def side(self, side: Side, share: float) -> Point:
        """A point on one of its sides."""
        across, down = self.x + share * self.width, self.y + share * self.height
        points: dict[Side, Point] = {
            "left": (self.x, down),
            "right": (self.x + self.width, down),
            "top": (across, self.y),
            "bottom": (across, self.y + self.height),
        }
        return points[side]


def picture() -> str:
    """The whole schema as one SVG document."""
    cards = {node.name: card(node) for node in (*NODES, RECORDS) if node.name in PLACES}
    cards[UNIT] = frame([cards[name] for name in UNITS])
    lines = sorted(lines_of(EDGES).items())
    body = [
        *opening(),
        *framed(cards[UNIT]),
        *(part for ends, edges in lines for part in drawn(ends, edges, cards)),
        *(part for name, each in cards.items() if name != UNIT for part in shown(each)),
        *(part for ends, edges in lines for part in named(ends, edges, cards)),
        *legend(),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def card(node: Node) -> Card:
    """One label in its place."""
    columns = 1 if len(node.columns) <= ONE_COLUMN else 2
    rows = -(-len(node.columns) // columns)
    x, y = PLACES[node.name]
    width = columns * COLUMN + 2 * PAD if columns > 1 else NARROW
    return Card(node, x, y, columns, width, HEAD + rows * ROW + PAD)


def frame(inner: list[Card]) -> Card:
    """What stands around both units."""
    x, y = (min(getattr(each, of) for each in inner) for of in ("x", "y"))
    right, low = max(c.x + c.width for c in inner), max(c.y + c.height for c in inner)
    return Card(EITHER, x - 16, y - 16, 1, right - x + 32, low - y + 48)


def lines_of(edges: Iterable[Edge]) -> dict[tuple[str, str], list[Edge]]:
    """The edges by the line that stands for them: alike for both units is one, of the frame."""
    known = list(edges)
    verbs = dict.fromkeys((*VERBS.values(), HOLDS))
    known += [Edge(unit, name, RECORD, zh, en) for name, zh, en in verbs for unit in UNITS]
    told = {edge.ends for edge in known}
    found: dict[tuple[str, str], dict[str, Edge]] = {}
    for edge in known:
        source, name, target = edge.ends
        if source in UNITS and all((unit, name, target) in told for unit in UNITS):
            source = UNIT
        if target in UNITS and all((source, name, unit) in told for unit in UNITS):
            target = UNIT
        found.setdefault((source, target), {})[name] = edge
    return {ends: list(of.values()) for ends, of in found.items()}


def opening() -> Iterator[str]:
    """The head of the document: its size, its fonts, the head of an arrow."""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}" role="img">'
    )
    yield "<title>AidGraph: the schema of the graph · 图谱结构</title>"
    yield (
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto-start-reverse"><path d="M0 1 10 5 0 9z" fill="{LINE}"/>'
        "</marker></defs>"
    )
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'


def framed(unit: Card) -> Iterator[str]:
    """The frame around both units."""
    yield (
        f'<rect x="{unit.x:g}" y="{unit.y:g}" width="{unit.width:g}" height="{unit.height:g}" '
        'rx="14" fill="#fbf4f4" stroke="#d9b3b5"/>'
    )
    words = f"{unit.node.en} of them {unit.node.zh}"
    yield text((unit.x + 16, unit.y + unit.height - 11), words, style(11.5, "#a05a5f"))


def shown(of: Card) -> Iterator[str]:
    """One label: its name in both languages above its properties."""
    node, colour = of.node, COLOURS[of.node.name]
    dashed = ' stroke-dasharray="4 3"' if node.name in (*LATER, RECORD) else ""
    yield f"<g><title>{escape(node.name)} · {escape(node.zh)} · {escape(node.en)}</title>"
    yield (
        f'<rect x="{of.x:g}" y="{of.y:g}" width="{of.width:g}" height="{of.height:g}" rx="8" '
        f'fill="{PAPER}" stroke="{colour}" stroke-width="1.4"{dashed}/>'
    )
    right, low = of.x + of.width, of.y + HEAD - 4
    yield (
        f'<path d="M{of.x:g} {low:g}v-{HEAD - 12}q0 -8 8 -8H{right - 8:g}q8 0 8 8V{low:g}z" '
        f'fill="{colour}" fill-opacity="{0.8 if dashed else 1:g}"/>'
    )
    yield text((of.x + PAD, low - 8), node.name, style(13.5, PAPER, bold=True))
    yield text((right - PAD, low - 8), node.zh, style(12.5, PAPER, anchor="end"))
    rows = -(-len(node.columns) // of.columns)
    lines = list(node.columns.items()) if node.name != RECORD else []
    for at, (name, kind) in enumerate(lines):
        x = of.x + PAD + (at // rows) * COLUMN
        y = of.y + HEAD + 11 + (at % rows) * ROW
        yield text((x, y), name, style(11, INK[kind], bold=name == "id"))
    if node.name == RECORD:
        some = ", ".join(label_of(kind) for kind in list(VERBS)[:2])
        yield text((of.x + PAD, of.y + HEAD + 11), f"{some}, …", style(11, INK["text"]))
    yield "</g>"


def drawn(ends: tuple[str, str], edges: list[Edge], cards: Cards) -> Iterator[str]:
    """The line of some edges, from the one that does to the one that it is done to."""
    start, first, second, end = curve(WAYS[ends], cards[ends[0]], cards[ends[1]])
    names = ", ".join(edge.name for edge in edges)
    dashed = ' stroke-dasharray="5 4"' if {*LATER, RECORD} & set(ends) else ""
    points = " ".join(f"{x:.0f} {y:.0f}" for x, y in (first, second, end))
    yield (
        f'<path d="M{start[0]:.0f} {start[1]:.0f}C{points}" fill="none" stroke="{LINE}" '
        f'stroke-width="1.5"{dashed} marker-end="url(#head)"><title>{escape(names)}</title></path>'
    )


def curve(way: Way, source: Card, target: Card) -> tuple[Point, Point, Point, Point]:
    """The four points of its curve: it leaves and reaches each side at a right angle."""
    start, end = source.side(way.leaves, way.at), target.side(way.reaches, way.to)
    span = max(abs(end[0] - start[0]), abs(end[1] - start[1])) * 0.45
    reach = max(way.reach, span) if source is not target else 46.0
    return start, out(start, way.leaves, reach), out(end, way.reaches, reach), end


def out(point: Point, side: Side, reach: float) -> Point:
    """A point straight before one of a side."""
    x, y = point
    away: dict[Side, Point] = {
        "left": (x - reach, y),
        "right": (x + reach, y),
        "top": (x, y - reach),
        "bottom": (x, y + reach),
    }
    return away[side]


def named(ends: tuple[str, str], edges: list[Edge], cards: Cards) -> Iterator[str]:
    """What the edges of one line are called, and what they hold, on the line."""
    points = curve(WAYS[ends], cards[ends[0]], cards[ends[1]])
    x, y = on_curve(points, WAYS[ends].label)
    lines = [line for edge in edges for line in words_of(edge)]
    height = sum(size + 4 for _, size, _ in lines) + 4
    wide = max(width(words, size) for words, size, _ in lines) + 10
    top = y - height / 2
    yield (
        f'<rect x="{x - wide / 2:.0f}" y="{top:.0f}" width="{wide:.0f}" height="{height:.0f}" '
        f'rx="6" fill="{PAPER}" fill-opacity="0.93"/>'
    )
    for words, size, colour in lines:
        top += size + 4
        yield text((x, top - 1), words, style(size, colour, bold=colour != SOFT, anchor="middle"))


def words_of(edge: Edge) -> Iterator[tuple[str, float, str]]:
    """The verb in both languages, and below it the properties in as many lines as they need."""
    yield f"{edge.name} {edge.zh}", 11, "#222b33"
    line = ""
    for name in edge.properties:
        if line and len(line) + len(name) > WORDS_LINE:
            yield f"{line},", 9.5, SOFT
            line = ""
        line = f"{line}, {name}" if line else name
    if line:
        yield line, 9.5, SOFT


def on_curve(points: tuple[Point, Point, Point, Point], share: float) -> Point:
    """A point of a cubic curve."""
    left = 1 - share
    weights = (left**3, 3 * left**2 * share, 3 * left * share**2, share**3)
    x, y = (sum(w * p[of] for w, p in zip(weights, points, strict=True)) for of in (0, 1))
    return x, y


def width(words: str, size: float) -> float:
    """About how wide a text is: Chinese signs are square, others a little over half."""
    return sum(size if sign >= SQUARE else size * 0.6 for sign in words)


def text(at: Point, words: str, style: str) -> str:
    """One line of text."""
    return f'<text x="{at[0]:.0f}" y="{at[1]:.0f}" {style}>{escape(words)}</text>'


def style(size: float, colour: str, *, bold: bool = False, anchor: str = "start") -> str:
    """How a text looks."""
    weight = "600" if bold else "400"
    return f'font-size="{size:g}" fill="{colour}" font-weight="{weight}" text-anchor="{anchor}"'


def legend() -> Iterator[str]:
    """What the colours of properties mean, and what is dashed."""
    names = {"text": "文本", "integer": "整数", "date": "日期", "boolean": "是/否", "list": "列表"}
    x, y = 40.0, HEIGHT - 22
    for kind, colour in INK.items():
        yield text((x, y), f"{kind} {names[kind]}", style(11.5, colour, bold=True))
        x += width(f"{kind} {names[kind]}", 11.5) + 22
    says = (
        f"money in fen 金额以分计 · {WATERMARK.name} {WATERMARK.zh}: what it was made from 由何而来"
        " · dashed 虚线: kept in the records 存于台账; kinds of the pack 由规则包定义"
    )
    yield text((x + 8, y), says, style(11.5, SOFT))
