"""Links for a terminal: rows as a table, the weights of a link as bars."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ontology.linking import MILLI, MILLION

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ontology.linking import Linking
    from ontology.pack import Pack

WORDS: Final = {
    "zh": {
        "source": "来源", "place": "文件与行", "name": "姓名", "number": "所写号码", "how": "依据",
        "probability": "概率", "row": "记录", "prior": "先验", "sum": "合计", "unknown": "未写",
        "by_number": "号码", "likeness": "相似", "verdict": "人工判定", "more": "另有 {n} 行",
        "why": "原因", "like": "可能是", "tie": "不止一人相似", "doubtful": "相似不足",
        "nobody": "无人相似", "stated": "该来源已有此人此项记录", "none": "没有未归属的记录",
        "what": "比较", "level": "结果", "bits": "权重（比特）",
    },
    "en": {
        "source": "source", "place": "file and row", "name": "name", "number": "number as said",
        "how": "by", "probability": "probability", "row": "row", "prior": "prior", "sum": "sum",
        "unknown": "not said", "by_number": "number", "likeness": "likeness", "verdict": "verdict",
        "more": "{n} more rows", "why": "why", "like": "resembles", "tie": "several resemble it",
        "doubtful": "too little likeness", "nobody": "resembles nobody",
        "stated": "the source says this of that person already", "none": "every row is of someone",
        "what": "compared", "level": "outcome", "bits": "weight (bits)",
    },
}  # fmt: skip
SCALE: Final = 1.5
"""Characters of a bar for one bit."""


def show(told: dict[str, Any], pack: Pack, lang: str, most: int) -> RenderableType:
    """A person: ids, numbers, verdicts, the rows, and why each was linked without a number."""
    say = WORDS[lang]
    ids = "、".join(told["ids"]) if lang == "zh" else ", ".join(told["ids"])
    title = f"[bold]{told['person']}[/bold]  {told['name'] or '—'}  {' '.join(told['numbers'])}"
    parts: list[RenderableType] = [title if len(told["ids"]) == 1 else f"{title}  ({ids})"]
    titles = ("source", "place", "row", "name", "number", "how", "probability")
    table = Table()
    for word in titles:
        table.add_column(say[word], overflow="fold")
    seen: Counter[tuple[str, ...]] = Counter()
    for row in told["rows"]:
        kind = (row["source"], row["name"], row["number"], row["how"])
        seen[kind] += 1
        if seen[kind] <= most:
            table.add_row(*_row(row, pack, lang))
    parts.append(table)
    more = sum(max(0, count - most) for count in seen.values())
    if more:
        parts.append(f"[dim]{say['more'].format(n=more)}[/dim]")
    parts += _falls(told, pack, lang)
    if told["verdicts"]:
        parts.append(show_verdicts(told["verdicts"]))
    return Group(*parts)


def _row(row: dict[str, Any], pack: Pack, lang: str) -> list[str]:
    say = WORDS[lang]
    how = say["by_number"] if row["how"] == "number" else say[row["how"]]
    place = f"{row['file']}{':' + row['sheet'] if row['sheet'] else ''}:{row['row']}"
    name = f"{row['source']}|{row['key']}"
    told = (pack.sources[row["source"]].title[lang], place, name, row["name"], row["number"], how)
    return [escape(str(cell or "—")) for cell in told] + [_share(row["probability"])]


def _share(millionths: int | None) -> str:
    return "" if millionths is None else f"{millionths / MILLION:.4f}"


def _falls(told: dict[str, Any], pack: Pack, lang: str) -> list[RenderableType]:
    """The bars of each different link; equal ones once."""
    found: dict[str, RenderableType] = {}
    for row in told["rows"]:
        if row["waterfall"] and pack.linking:
            bars = str((row["name"], row["number"], row["waterfall"]))
            if bars not in found:
                found[bars] = waterfall(row, pack.linking, lang)
    return list(found.values())


def waterfall(row: dict[str, Any], linking: Linking, lang: str) -> Table:
    """What each comparison weighed: from the prior to the sum, as bars to the left and right."""
    say = WORDS[lang]
    title = f"{row['source']}|{row['key']}  {row['name'] or '—'}  {row['number'] or '—'}"
    table = Table(say["what"], say["level"], say["bits"], "", title=escape(title))
    named = {comparison.name: comparison for comparison in linking.comparisons}
    for bar in row["waterfall"]:
        comparison = named.get(bar["what"])
        what = comparison.label[lang] if comparison else say.get(bar["what"], bar["what"])
        levels = (
            {level.name: level.label[lang] for level in comparison.levels} if comparison else {}
        )
        level = levels.get(bar["level"], bar["level"]) or ("" if not comparison else say["unknown"])
        table.add_row(what, level, f"{bar['weight'] / MILLI:+.1f}", _bar(bar["weight"]))
    total = row["weight"]
    table.add_row(say["sum"], _share(row["probability"]), f"{total / MILLI:+.1f}", _bar(total))
    return table


def _bar(weight: int) -> Text:
    length = round(abs(weight) / MILLI * SCALE)
    return Text("█" * length, style="green" if weight > 0 else "red")


def show_doubts(told: list[dict[str, Any]], lang: str) -> RenderableType:
    """Rows that are about nobody, each with those it resembles."""
    say = WORDS[lang]
    if not told:
        return say["none"]
    table = Table()
    for word in ("row", "name", "number", "why", "like"):
        table.add_column(say[word], overflow="fold")
    for row in told:
        like = ", ".join(f"{c['person']} {_share(c['probability'])}" for c in row["candidates"])
        name = f"{row['source']}|{row['key']}"
        cells = (name, row["name"], row["number"], say.get(row["why"], row["why"]), like)
        table.add_row(*(escape(str(cell or "—")) for cell in cells))
    return table


def show_verdicts(told: list[dict[str, Any]]) -> Table:
    """Verdicts: number, kind, whom, who, why, when, undone by."""
    table = Table("verdict", "kind", "ID", "other", "rows", "who", "why", "made", "undone by")
    for one in told:
        names = ("verdict", "kind", "person", "other")
        ends = ("who", "why", "made", "undone_by")
        cells = [one[n] for n in names] + ["\n".join(one["rows"])] + [one[n] for n in ends]
        table.add_row(*(escape(str(cell or "")) for cell in cells))
    return table
