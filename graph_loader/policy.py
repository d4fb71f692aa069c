"""A pack as nodes and edges: regions, departments, programmes, criteria, articles, acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph_loader import schema
from graph_loader.schema import Edge, Node
from ontology.expression import AtMost, Named, Not, names, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    import polars as pl

    from ontology.expression import Expression
    from ontology.pack import Pack
    from ontology.vocabulary import Text

Row = tuple[Any, ...]


def policy_nodes(pack: Pack) -> dict[str, pl.DataFrame]:
    """What the pack describes, a frame a label."""
    return {
        "Region": table(schema.REGION, region_rows(pack)),
        "Department": table(
            schema.DEPARTMENT,
            ((d.id, d.level, d.budget_holder, *words(d.label)) for d in pack.departments.values()),
        ),
        "Programme": table(schema.PROGRAMME, programme_rows(pack)),
        "Criterion": table(
            schema.CRITERION,
            ((name, v[0].unit, *words(v[0].label)) for name, v in criteria(pack).items() if v),
        ),
        "Article": table(schema.ARTICLE, article_rows(pack)),
        "Act": table(schema.ACT, ((act.id, *words(act.title)) for act in pack.acts.values())),
    }


def policy_edges(pack: Pack) -> dict[tuple[str, str, str], pl.DataFrame]:
    """How the parts of the pack hang together."""
    regions = pack.regions.by_code.values()
    programmes = pack.programmes.values()
    articles = pack.articles.values()
    requires = set(requirements(pack))
    cites = citations(pack)
    rules = {(c.a, c.b, c.rule, c.scope, c.period, c.source) for c in pack.compatibility}
    return {
        ("Region", "PART_OF", "Region"): pairs((r.code, r.parent) for r in regions if r.parent),
        ("Department", "RUNS", "Programme"): pairs(
            (p.department, p.id) for p in programmes if p.department in pack.departments
        ),
        ("Programme", "REQUIRES", "Criterion"): pairs((a, b) for of, a, b in requires if of),
        ("Criterion", "REQUIRES", "Criterion"): pairs((a, b) for of, a, b in requires if not of),
        ("Programme", "CITES", "Article"): table(
            Edge("", "", "", "", "", schema.CITATION),
            ((a, b, *days) for (of, a, b), days in cites.items() if of),
        ),
        ("Criterion", "CITES", "Article"): table(
            Edge("", "", "", "", "", schema.CITATION),
            ((a, b, *days) for (of, a, b), days in cites.items() if not of),
        ),
        ("Article", "OF", "Act"): pairs((a.id, a.act) for a in articles if a.act in pack.acts),
        ("Programme", "LINKED_TO", "Programme"): pairs(links(pack)),
        ("Programme", "COMBINES_WITH", "Programme"): table(
            Edge("", "", "", "", "", schema.COMPATIBILITY), sorted(rules)
        ),
    }


def region_rows(pack: Pack) -> Iterator[Row]:
    """Places with the place that each lies in."""
    for r in pack.regions.by_code.values():
        yield r.code, r.parent or None, r.level, *words(r.label)


def programme_rows(pack: Pack) -> Iterator[Row]:
    """Programmes, those that are only listed too."""
    for p in pack.programmes.values():
        of = (p.id, p.name, p.unit, p.kind, p.period, p.department, p.decided)
        yield (*of, *words(p.label))


def article_rows(pack: Pack) -> Iterator[Row]:
    """Articles with their gist and the days on which their act is in force."""
    for a in pack.articles.values():
        act = pack.acts.get(a.act)
        force = (act.in_force_from, act.in_force_until) if act else (None, None)
        yield a.id, a.act, a.number, a.text_held, *force, *words(a.gist)


def criteria(pack: Pack) -> dict[str, tuple[Any, ...]]:
    """Classes that are no programme."""
    programmes = {p.name for p in pack.programmes.values()}
    return {name: versions for name, versions in pack.classes.items() if name not in programmes}


def requirements(pack: Pack) -> Iterator[tuple[bool, str, str]]:
    """(whether of a programme, programme id or class, the criterion its expression names)."""
    known = {name for name, versions in criteria(pack).items() if versions}
    ids = {p.name: p.id for p in pack.programmes.values()}
    for name, versions in pack.classes.items():
        for version in versions:
            for named in names(version.expression) & known:
                yield name in ids, ids.get(name, name), named


def citations(pack: Pack) -> dict[tuple[bool, str, str], tuple[date | None, date | None]]:
    """Programme id (or class) and the article that it cites, with the days of citing it.

    Whether it is a programme comes first. Of several versions that cite an article the first day
    and the last count; no day is an open end.
    """
    ids = {p.name: p.id for p in pack.programmes.values()}
    found: dict[tuple[bool, str, str], tuple[date | None, date | None]] = {}
    for name, versions in pack.classes.items():
        for version in versions:
            for article in version.sources:
                key = name in ids, ids.get(name, name), article
                days = version.valid_from, version.valid_until
                if article in pack.articles:
                    found[key] = joined(found[key], days) if key in found else days
    return dict(sorted(found.items()))


def joined(
    one: tuple[date | None, date | None], other: tuple[date | None, date | None]
) -> tuple[date | None, date | None]:
    """From the earlier of two beginnings to the later of two ends."""
    since = None if one[0] is None or other[0] is None else min(one[0], other[0])
    until = None if one[1] is None or other[1] is None else max(one[1], other[1])
    return since, until


def links(pack: Pack) -> Iterator[tuple[str, str]]:
    """(identity, programme that one may have because of it), by programme ids."""
    ids = {p.name: p.id for p in pack.programmes.values()}
    for name, programme in ids.items():
        for opener in openers(pack, name, frozenset(ids)):
            yield ids[opener], programme


def openers(pack: Pack, name: str, programmes: frozenset[str]) -> set[str]:
    """The programmes whose identity a class asks for, itself or through other classes.

    One that a class only rules out (`not 特困`) opens nothing.
    """
    found: set[str] = set()
    open_ = [(name, True)]
    seen = set(open_)
    while open_:
        of, wanted = open_.pop()
        for version in pack.classes.get(of, ()):
            for step in named(version.expression, wanted=wanted):
                if step[0] in programmes and step[0] != name:
                    found |= {step[0]} if step[1] else set()
                elif step not in seen:
                    seen.add(step)
                    open_.append(step)
    return found


def named(expression: Expression, *, wanted: bool) -> Iterator[tuple[str, bool]]:
    """The classes in an expression, each with whether it helps or hinders."""
    match expression:
        case Named(name):
            yield name, wanted
        case Not(part) | AtMost(_, _, part):
            yield from named(part, wanted=not wanted)
        case _:
            for part in parts(expression):
                yield from named(part, wanted=wanted)


def words(text: Text | Mapping[str, str]) -> tuple[str | None, str | None]:
    """The words in zh and en."""
    return text.get("zh"), text.get("en")


def pairs(rows: Iterable[tuple[str, str]]) -> pl.DataFrame:
    """Edges without properties."""
    return table(Edge("", "", "", "", ""), sorted(set(rows)))


def table(of: Node | Edge, rows: Iterable[Row]) -> pl.DataFrame:
    """The rows in the declared columns."""
    return schema.rows_frame(rows, of.columns)
