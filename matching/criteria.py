"""A verdict told: each criterion with its value, standards, articles and source rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from matching.completeness import months_before
from matching.law_words import article_words
from matching.moments import in_time
from matching.phrases import decimal, label, phrase, places_of, unit_label
from matching.reasons import CitedArticle, Criterion, Input, SourceRow, UsedStandard
from matching.verdict import ends, real
from ontology.expression import AllOf, AnyOf, Compare, Is, Named, Not, OneOf
from ontology.to_text import to_text
from ontology.vocabulary import HOUSEHOLD, NUMBERS, PERSON, Indicator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from matching.rests import Roots
    from matching.verdict import Verdict
    from matching.view import Row, View
    from ontology.expression import Expression
    from ontology.formula_tree import Node
    from ontology.pack import Pack
    from ontology.to_text import Language
    from ontology.vocabulary import ClassVersion, Item


@dataclass
class Library:
    """Sentences, articles and standards of one pack in one language, each made once."""

    pack: Pack
    lang: Language
    as_of: date
    law: Path | None
    roots: Roots
    _says: dict[Expression, str] = field(default_factory=dict)
    _articles: dict[str, CitedArticle | None] = field(default_factory=dict)
    _standards: dict[tuple[str, str | None], UsedStandard] = field(default_factory=dict)

    def says(self, expression: Expression) -> str:
        """A sentence; of a list of conditions, what joins them."""
        match expression:
            case AllOf():
                return phrase("all", self.lang)
            case AnyOf():
                return phrase("any", self.lang)
            case _:
                if expression not in self._says:
                    self._says[expression] = to_text(expression, self.pack.vocabulary, self.lang)
                return self._says[expression]

    def article(self, name: str) -> CitedArticle | None:
        """An article of the pack, with its words where the operator holds the text."""
        if name not in self._articles:
            self._articles[name] = self._cited(name)
        return self._articles[name]

    def _cited(self, name: str) -> CitedArticle | None:
        article = self.pack.articles.get(name)
        if article is None:
            return None
        act = self.pack.acts.get(article.act)
        return CitedArticle(
            id=name,
            act=label(act.title if act else None, self.lang, article.act),
            number=article.number,
            gist=label(article.gist, self.lang, ""),
            text_held=article.text_held,
            words=article_words(self.law, article.text_key or None, article.number),
        )

    def articles(self, version: ClassVersion | None) -> tuple[CitedArticle, ...]:
        """What a version of a class rests on."""
        names = version.sources if version else ()
        return tuple(cited for name in names if (cited := self.article(name)))

    def stating(self, items: tuple[str, ...]) -> frozenset[str]:
        """The sources that state any of these items; all of them, where none is asked for."""
        sources = self.pack.sources.values()
        return frozenset(
            source.id
            for source in sources
            if not items or any(column.name in items for column in source.columns)
        )

    def standard(self, parameter: str, region: str | None) -> UsedStandard:
        """The number in force in a place, or that there is none."""
        key = parameter, region
        if key not in self._standards:
            self._standards[key] = self._used(parameter, region)
        return self._standards[key]

    def _used(self, parameter: str, region: str | None) -> UsedStandard:
        found = self.pack.standards.lookup(parameter, region, self.as_of)
        if found is None:
            return UsedStandard(parameter, None)
        home = self.pack.path
        file = found.file.relative_to(home) if found.file.is_relative_to(home) else found.file
        return UsedStandard(
            parameter,
            format(found.value, "f"),
            found.unit,
            found.region,
            found.valid_from,
            found.valid_until,
            found.source,
            found.assumed,
            file.as_posix(),
            found.line,
        )


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the verdicts of one view."""

    library: Library
    view: View
    region: str | None
    told: dict[Verdict, Criterion] = field(default_factory=dict)
    inputs: dict[tuple[str, str, int], Input | None] = field(default_factory=dict)
    stated: dict[tuple[str, int], tuple[SourceRow, ...]] = field(default_factory=dict)
    held: dict[tuple[str, str, int], tuple[SourceRow, ...]] = field(default_factory=dict)

    def tell(self, verdict: Verdict) -> Criterion:
        """A criterion with its parts; a class that means one comparison is told as that one."""
        if verdict not in self.told:
            self.told[verdict] = self._tell(verdict)
        return self.told[verdict]

    def _tell(self, verdict: Verdict) -> Criterion:
        inner = verdict
        if isinstance(verdict.expression, Named) and len(verdict.parts) == 1:
            inner = verdict.parts[0]
        if isinstance(inner.expression, Not) and not inner.parts[0].parts:
            inner = inner.parts[0]
        parts = () if isinstance(inner.expression, Not) else inner.parts
        of_person = verdict.unit == PERSON and verdict.at >= 0
        name, value, inputs = self._field(inner)
        return Criterion(
            truth=verdict.truth,
            says=self.library.says(verdict.expression),
            name=verdict.expression.name if isinstance(verdict.expression, Named) else name,
            subject=self.view.row(PERSON, verdict.at).get("id") if of_person else None,
            value=value,
            inputs=inputs,
            standards=self._standards(name),
            articles=self.library.articles(verdict.version),
            readings=self._readings(verdict.version, name),
            records=self._records(name, inner) if name else (),
            parts=tuple(self.tell(part) for part in (parts or self._denied(inner))),
        )

    def _denied(self, verdict: Verdict) -> list[Verdict]:
        """What is denied, where it is more than one fact."""
        denied = isinstance(verdict.expression, Not) and verdict.parts[0].parts
        return verdict.parts if denied else []

    def _field(self, verdict: Verdict) -> tuple[str | None, str | None, tuple[Input, ...]]:
        """The word that a leaf reads, its value, and what that rests on."""
        if not isinstance(verdict.expression, Compare | OneOf | Is):
            return None, None, ()
        name = verdict.expression.field
        item = self.library.pack.vocabulary.field(name)
        row = self.view.row(verdict.unit, verdict.at)
        if item is None or not row:
            return name, None, ()
        words = self.library.roots.of(name).inputs
        told = [self._input(word, verdict) for word in (name, *words)]
        inputs = tuple(each for each in told if each)
        value = inputs[0].value if inputs else None
        if (item.datatype == "boolean" and words) or self._is_share(item):
            known = [f"{i.label} {i.value}" for i in inputs[1:] if i.value is not None]
            value = "; ".join(known) or value
        return name, value, inputs

    def _is_share(self, item: Item) -> bool:
        """Whether a number says how two others relate, and has no unit of its own."""
        return isinstance(item, Indicator) and item.is_ratio and item.unit is None

    def _input(self, name: str, verdict: Verdict) -> Input | None:
        key = name, verdict.unit, verdict.at
        if key not in self.inputs:
            item = self.library.pack.vocabulary.field(name)
            self.inputs[key] = self._held(item, *key[1:]) if item else None
        return self.inputs[key]

    def _held(self, item: Item, unit: str, at: int) -> Input:
        said = label(item.label, self.library.lang, item.name)
        value = self.value(item, self.view.row(unit, at)) or self._differing(item, unit, at)
        return Input(item.name, said, value, item.unit, item.sensitivity)

    def _differing(self, item: Item, unit: str, at: int) -> str | None:
        """What each source says, where they contradict one another."""
        sources, lang = self.library.pack.sources, self.library.lang
        rows = [self.view.row(table, row) for table, row in self.view.said(unit, at, sources)]
        stated = [row for row in rows if "_source" in row and row.get(item.name) is not None]
        last: dict[str, int] = {}
        for row in stated:
            last[row["_source"]] = max(last.get(row["_source"], 0), row["_load"])
        told = {
            (label(sources[row["_source"]].title, lang, row["_source"]), self.value(item, row))
            for row in stated
            if row["_load"] == last[row["_source"]]
        }
        if len({value for _, value in told}) < 2:  # noqa: PLR2004 - two contradict one another
            return None
        said = sorted(f"{source} {value}" for source, value in told)
        return phrase("differ", lang, said={"zh": "；", "en": "; "}[lang].join(said))

    def value(self, item: Item, row: Row) -> str | None:
        """A value as people read it, with its unit; nothing where nothing is known."""
        lang = self.library.lang
        if item.datatype in NUMBERS:
            return self._number(item, row)
        held = row.get(item.name)
        if held is None:
            return None
        if isinstance(held, bool):
            return phrase("true" if held else "false", lang)
        if item.datatype == "region":
            region = self.library.pack.regions.by_code.get(held)
            return label(region.label if region else None, lang, held)
        return label(item.value_labels.get(str(held)), lang, str(held).replace("_", " "))

    def _number(self, item: Item, row: Row) -> str | None:
        lang, unit = self.library.lang, unit_label(item.unit, self.library.lang)
        exact = real(item.name, row, item.scale)
        if exact is not None:
            return decimal(exact, places_of(item), lang) + unit
        low, high = (
            None if end is None else decimal(Fraction(end, item.scale), places_of(item), lang)
            for end in ends(item.name, row)
        )
        if low is not None and high is not None:
            return phrase("between", lang, low=low, high=high) + unit
        if low is not None:
            return phrase("at_least", lang, number=low + unit)
        return None if high is None else phrase("at_most", lang, number=high + unit)

    def _standards(self, name: str | None) -> tuple[UsedStandard, ...]:
        if name is None:
            return ()
        parameters = self.library.roots.of(name).standards
        return tuple(self.library.standard(parameter, self.region) for parameter in parameters)

    def _readings(self, version: ClassVersion | None, name: str | None) -> tuple[str, ...]:
        """How the law is read here, by the criterion and by what it reads."""
        lang, indicators = self.library.lang, self.library.pack.indicators
        said = list(version.readings) if version else []
        reading = indicators[name].reading if name and name in indicators else None
        return tuple(label(text, lang, "") for text in [*said, *([reading] if reading else [])])

    def _records(self, name: str, verdict: Verdict) -> tuple[SourceRow, ...]:
        """The rows of departments' files at the bottom of a value, each once."""
        key = name, verdict.unit, verdict.at
        if key not in self.held:
            self.held[key] = tuple(dict.fromkeys(self._bottom(name, verdict)))
        return self.held[key]

    def _bottom(self, name: str, verdict: Verdict) -> Iterator[SourceRow]:
        rests = self.library.roots.of(name)
        if rests.items or not rests.kinds:
            sources = self.library.stating(rests.items)
            for unit, at in self._people(verdict, rests.items):
                for table, row in self.view.said(unit, at, sources):
                    yield from self._places(table, row)
        for kind in rests.kinds:
            for at in self.view.records(kind, verdict.unit, verdict.at):
                record = self.view.row(kind, at)
                if self._recent(kind, record) and self._asked(rests.wheres.get(kind, ()), record):
                    yield from self._places(kind, at)

    def _places(self, unit: str, at: int) -> tuple[SourceRow, ...]:
        if (unit, at) not in self.stated:
            self.stated[unit, at] = tuple(places(self.view.row(unit, at)))
        return self.stated[unit, at]

    def _people(self, verdict: Verdict, items: tuple[str, ...]) -> list[tuple[str, int]]:
        """Whose facts these are: the row's own, and of a household those of its members."""
        if verdict.unit != HOUSEHOLD:
            return [(verdict.unit, verdict.at)]
        units = {self.library.pack.items[item].unit_of for item in items} or {PERSON}
        own = [(HOUSEHOLD, verdict.at)] if HOUSEHOLD in units else []
        return [*own, *((PERSON, at) for at in self.view.members if PERSON in units)]

    def _asked(self, wheres: tuple[Node | None, ...], row: Row) -> bool:
        """Whether some formula looks at the months in which a record lies."""
        as_of = self.library.as_of
        return not wheres or any(in_time(where, row, as_of) is not False for where in wheres)

    def _recent(self, kind: str, row: Row) -> bool:
        """Whether a record lies in the window that its kind is asked about."""
        months = self.library.pack.kinds[kind].window_months
        if not months:
            return True
        start = months_before(self.library.as_of, months)
        return all(
            day is None or day >= start for name, day in row.items() if name.endswith("_month")
        )


def places(row: Row) -> Iterator[SourceRow]:
    """Where a department stated the row."""
    origin = row.get("origin")
    if origin:
        source = str(origin).split("|", 1)[0]
        yield SourceRow(source, row.get("file"), row.get("sheet"), row.get("row"))
