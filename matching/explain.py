"""Why one household gets what it gets: every programme, criterion by criterion."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from matching.criteria import Library, Teller
from matching.index import Index
from matching.lacks import Suppliers, cheapest
from matching.nearness import near_miss, turning
from matching.phrases import amount, label, phrase
from matching.reasons import Explanation, Reasons, Relative, ToDo
from matching.receipts import Receipts
from matching.rests import Roots
from matching.statuses import AFTER, NOT_APPLICABLE, NOT_ELIGIBLE, STATUSES, UNDETERMINED
from matching.verdict import Judge
from matching.view import View
from ontology.expression import AllOf
from ontology.vocabulary import HOUSEHOLD, PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matching.decide import Decided, Outcome
    from matching.population import Population
    from matching.reasons import MissingFact
    from ontology.pack import Pack
    from ontology.to_text import Language

CONSENT: Final = "hh.consent"
SURVEY: Final = "means_survey"
COUNTED: Final = "counted_member"


def explain(  # noqa: PLR0913, PLR0917 - everything that it rests on
    pack: Pack,
    population: Population,
    decided: Decided,
    unit_id: str,
    lang: Language,
    law_folder: Path | None = None,
    programme: str | None = None,
) -> Explanation:
    """Every programme, or one, for the household of a person or by its id, and for its members.

    Raises:
        KeyError: where nobody has this id.
    """
    key = "explain", lang, law_folder, id(population)
    if key not in decided.memo:
        library = Library(pack, lang, decided.as_of, law_folder, Roots(pack))
        decided.memo[key] = Explainer(library, population, decided)
    explainer: Explainer = decided.memo[key]
    return explainer.explain(unit_id, programme)


class Explainer:
    """Explains the units of one decided population in one language."""

    def __init__(self, library: Library, population: Population, decided: Decided) -> None:
        self.pack = library.pack
        self.lang = library.lang
        self.decided = decided
        self.library = library
        self.index = Index(decided)
        self.suppliers = Suppliers(library, frozenset(population.complete["source"].to_list()))
        self.receipts = Receipts(library.pack, population)

    def explain(self, unit_id: str, programme: str | None = None) -> Explanation:
        """The explanation of a household or person by id; of one programme where that is named."""
        home, person = self.index.find(unit_id)
        view = View(self.decided.frames, self.pack.vocabulary, home, person)
        one = _Household(self, view, programme)
        persons = {
            str(view.row(PERSON, at)["id"]): tuple(one.reasons(PERSON, at)) for at in view.members
        }
        return Explanation(
            id=view.row(HOUSEHOLD, home).get("id"),
            region=one.region,
            as_of=self.decided.as_of,
            lang=self.lang,
            members=tuple(self._relative(view, at) for at in view.members),
            programmes=tuple(one.reasons(HOUSEHOLD, home)) if home >= 0 else (),
            persons=persons,
        )

    def _relative(self, view: View, at: int) -> Relative:
        row = view.row(PERSON, at)
        relation = row.get("relation")
        item = self.pack.items.get("relation")
        words = item.value_labels.get(relation) if item and relation else None
        said = label(words, self.lang, relation) if relation else None
        return Relative(str(row["id"]), relation, said, row.get(COUNTED))


class _Household:
    """One household being explained."""

    def __init__(self, explainer: Explainer, view: View, programme: str | None) -> None:
        self.of = explainer
        self.asked = programme
        self.view = view
        unit, at = (HOUSEHOLD, view.household) if view.household >= 0 else (PERSON, view.alone)
        row = view.row(unit, at)
        self.region: str | None = row.get("region")
        self.judge = Judge(explainer.pack, view, explainer.decided.as_of, self.region)
        self.teller = Teller(explainer.library, view, self.region)
        self.missing = self._facts(str(row["id"]))
        self.order = cheapest(fact for facts in self.missing.values() for fact in facts)
        self._paid, self._asked = cache(explainer.receipts.paid), cache(explainer.receipts.asked)

    def _facts(self, key: str) -> dict[tuple[str, str], list[MissingFact]]:
        made: dict[tuple[str, str, str], MissingFact] = {}
        found: dict[tuple[str, str], list[MissingFact]] = {}
        for (unit, programme), pairs in self.of.index.missing(key).items():
            for item, subject in pairs:
                which = item, subject, programme
                if which not in made:
                    made[which] = self.of.suppliers.fact(*which, self.judge)
                found.setdefault((unit, programme), []).append(made[which])
        return found

    def reasons(self, unit: str, at: int) -> Iterator[Reasons]:
        """Every decided programme of this unit that is asked for."""
        for outcome in self.of.decided.outcomes.values():
            known = outcome.programme
            if known.unit == unit and self.asked in (None, known.id):
                yield self._reasons(outcome, unit, at)

    def _reasons(self, outcome: Outcome, unit: str, at: int) -> Reasons:
        programme, status, lang = outcome.programme, int(outcome.status[at]), self.of.lang
        row = self.view.row(unit, at)
        root = None
        if status != NOT_APPLICABLE:
            root = self.judge.programme(programme.name, unit, at)
        missing = self.missing.get((str(row["id"]), programme.id), [])
        rule = self._rule(outcome, at)
        open_yet = root is not None and status >= NOT_ELIGIBLE
        ids = self._ids(unit, at)
        return Reasons(
            programme=programme.id,
            label=label(programme.label, lang, programme.name),
            unit=unit,
            id=str(row["id"]),
            status=STATUSES[status],
            after=AFTER[outcome.after[at]] or None,
            with_programme=rule[0],
            rule=rule[1],
            rule_article=self.of.library.article(rule[2]) if rule[2] else None,
            amount=amount(int(outcome.amount[at])) if outcome.known[at] else None,
            period=programme.period,
            enrolled=row.get(f"enrolled_{programme.id}"),
            paid_in_cycle=any(programme.id in self._paid(one) for one in ids),
            application_open=any(programme.id in self._asked(one) for one in ids),
            tree=self.teller.tell(root) if root else None,
            missing=tuple(missing),
            next_fact=self._next(missing),
            near_miss=near_miss(root, self.of.library, self.view) if root else None,
            counterfactuals=turning(root, self.of.library) if root and open_yet else (),
            steps_to_do=tuple(self._steps(unit, status)),
        )

    def _next(self, missing: list[MissingFact]) -> MissingFact | None:
        """The fact to get first, whichever programme of the household asked for it."""
        asked = {(fact.item, fact.subject): fact for fact in missing}
        order = ((fact.item, fact.subject) for fact in self.order)
        return next((asked[key] for key in order if key in asked), None)

    def _ids(self, unit: str, at: int) -> list[str]:
        """The unit, and of a household its members: whoever may have asked or been paid."""
        members = self.view.members if unit == HOUSEHOLD else []
        return [
            str(self.view.row(u, n)["id"]) for u, n in [(unit, at), *((PERSON, m) for m in members)]
        ]

    def _rule(self, outcome: Outcome, at: int) -> tuple[str | None, str | None, str | None]:
        """The other programme, the rule and its article, where one was applied."""
        number = int(outcome.rule[at])
        if number < 0:
            return None, None, None
        rule = self.of.pack.compatibility[number]
        other = rule.b if rule.a == outcome.programme.id else rule.a
        return other, rule.rule, rule.source

    def _steps(self, unit: str, status: int) -> Iterator[ToDo]:
        """What is to be done before a grant, and bars nobody: consent, a visit."""
        if unit != HOUSEHOLD or status in (NOT_ELIGIBLE, NOT_APPLICABLE):
            return
        row = self.view.row(HOUSEHOLD, self.view.household)
        if not any(row.get(name) is True for name in self.of.pack.words.get(CONSENT, (CONSENT,))):
            yield ToDo("consent", phrase("consent", self.of.lang))
        surveyed = SURVEY in self.of.pack.kinds and not self.view.records(
            SURVEY, HOUSEHOLD, self.view.household
        )
        if surveyed:
            yield ToDo("home_visit", phrase("home_visit", self.of.lang))


def why(pack: Pack, decided: Decided, programme: str, row: int) -> str:
    """One line for a decision: the conditions that fail, or that nobody knows."""
    outcome = decided.outcomes[programme]
    status = int(outcome.status[row])
    if status == NOT_APPLICABLE:
        return "no version is in force in this place on this day"
    unit = outcome.programme.unit
    home = row if unit == HOUSEHOLD else int(decided.frames.roles["has_member"].owner[row])
    view = View(decided.frames, pack.vocabulary, home, row if unit == PERSON else -1)
    region = view.row(unit, row).get("region")
    root = Judge(pack, view, decided.as_of, region).programme(outcome.programme.name, unit, row)
    if root is None or status not in (NOT_ELIGIBLE, UNDETERMINED):
        return ""
    if "why" not in decided.memo:
        decided.memo["why"] = Library(pack, "en", decided.as_of, None, Roots(pack))
    library: Library = decided.memo["why"]
    inner = root.parts[0]
    parts = inner.parts if isinstance(inner.expression, AllOf) else [inner]
    named = [library.says(part.expression) for part in parts if part.truth is root.truth]
    return ("not met: " if status == NOT_ELIGIBLE else "not known: ") + "; ".join(named)
