"""A verdict told: each criterion with its value, standards, articles and source rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from matching.law_words import article_words
from matching.moments import in_months
from matching.phrases import decimal, label, phrase, places_of, unit_label
from matching.reasons import CitedArticle, Criterion, Input, UsedStandard
from matching.source_rows import SourceRows
from matching.verdict import ends, real
from ontology.expression import AllOf, AnyOf, Compare, Is, Named, Not, OneOf
from ontology.to_text import to_text
from ontology.vocabulary import NUMBERS, PERSON, Indicator

if TYPE_CHECKING:
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
    _cited_by: dict[tuple[str, ...], tuple[CitedArticle, ...]] = field(default_factory=dict)
    _used_by: dict[tuple[tuple[str, ...], str | None], tuple[UsedStandard, ...]] = field(
        default_factory=dict
    )
    _stating: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    _months: dict[tuple[str, str], frozenset[Node]] = field(default_factory=dict)
    _alike: dict[frozenset[Node], frozenset[Node]] = field(default_factory=dict)

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
        if names not in self._cited_by:
            found = tuple(cited for name in names if (cited := self.article(name)))
            self._cited_by[names] = found
        return self._cited_by[names]

    def stating(self, items: tuple[str, ...]) -> frozenset[str]:
        """The sources that state any of these items; all of them, where none is asked for."""
        if items not in self._stating:
            self._stating[items] = frozenset(
                source.id
                for source in self.pack.sources.values()
                if not items or any(column.name in items for column in source.columns)
            )
        return self._stating[items]

    def months(self, name: str, kind: str) -> frozenset[Node]:
        """The conditions on a record's months under which a word reads it; none: it reads all."""
        if (name, kind) not in self._months:
            found = in_months(self.roots.of(name).wheres.get(kind, ()))
            self._months[name, kind] = self._alike.setdefault(found, found)
        return self._months[name, kind]

    def standard(self, parameter: str, region: str | None) -> UsedStandard:
        """The number in force in a place, or that there is none."""
        key = parameter, region
        if key not in self._standards:
            self._standards[key] = self._used(parameter, region)
        return self._standards[key]

    def standards(
        self, parameters: tuple[str, ...], region: str | None
    ) -> tuple[UsedStandard, ...]:
        """Those of several parameters; the same tuple each time."""
        key = parameters, region
        if key not in self._used_by:
            self._used_by[key] = tuple(self.standard(each, region) for each in parameters)
        return self._used_by[key]

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


@dataclass(frozen=True)
class Teller:
    """Tells the verdicts of one view."""

    library: Library
    view: View
    region: str | None
    told: dict[Verdict, Criterion] = field(default_factory=dict)
    inputs: dict[tuple[str, str, int], Input | None] = field(default_factory=dict)

    @cached_property
    def rows(self) -> SourceRows:
        """Where the values come from."""
        return SourceRows(self.library, self.view)

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
            records=self.rows.under(name, inner) if name else (),
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
        return self.library.standards(self.library.roots.of(name).standards, self.region)

    def _readings(self, version: ClassVersion | None, name: str | None) -> tuple[str, ...]:
        """How the law is read here, by the criterion and by what it reads."""
        lang, indicators = self.library.lang, self.library.pack.indicators
        said = list(version.readings) if version else []
        reading = indicators[name].reading if name and name in indicators else None
        return tuple(label(text, lang, "") for text in [*said, *([reading] if reading else [])])
