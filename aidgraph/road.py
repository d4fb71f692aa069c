"""The road from departments' files to findings: each step one function, what it needs handed in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from aidgraph.deciding import Tied, alone, in_parts, quiet, since_before
from aidgraph.graph_change import projected
from aidgraph.graph_parts import graph_of
from aidgraph.monthly import history_of
from aidgraph.reporting import report_of
from audit.completeness import checked
from audit.episodes import keep_findings
from audit.figure_parts import FigureFacts
from audit.findings import find
from audit.followed import followed
from audit.records import open_records
from cypher.question import CORE, questions
from graph_loader.lake import Lake
from graph_loader.link import link
from graph_loader.load import load
from graph_loader.origins import rows_read
from graph_loader.project import found_before, read_watermark
from graph_loader.stores.protocol import open_store
from graph_loader.stores.steady import Steady, UnsteadyError
from matching.anew import Told
from matching.decide import decide
from matching.digest import decisions_digest
from matching.explain import explain
from matching.months import kept
from matching.population import population
from matching.run import Run, code_version, run_table, runs, save_run
from matching.survey import Survey, survey
from ontology.pack import read_pack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from aidgraph.options import Engine
    from aidgraph.say import Advance
    from aidgraph.settings import Settings
    from audit.completeness import Checked
    from audit.episodes import Kept
    from audit.findings import Findings
    from audit.records import Records
    from audit.report import Report
    from cypher.question import Question
    from graph_loader.link import LinkReport
    from graph_loader.load import LoadReport
    from graph_loader.project import ProjectReport
    from graph_loader.stores.chunks import Graph
    from graph_loader.stores.protocol import GraphStore
    from matching.decide import Decided
    from matching.months import Kept as Months
    from matching.population import Population
    from matching.reasons import Explanation
    from matching.ties import Ties
    from ontology.pack import Pack
    from ontology.to_text import Language

KEPT: Final = "findings.json"
AGAIN: Final = "`aidgraph match`, then `aidgraph project` and `aidgraph audit`"
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


class NotYetError(Exception):
    """A step that needs another one first; the text names it."""


@dataclass
class Road:
    """One installation: its settings, and each part of it opened when it is first needed."""

    settings: Settings
    anew: Told = field(default_factory=Told, init=False)

    @cached_property
    def pack(self) -> Pack:
        return read_pack(self.settings.pack)

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.settings.lake)

    @cached_property
    def known(self) -> Lake:
        """The lake as it is, or as it was when the day ended that settings name."""
        day = self.settings.known_at
        return self.lake if day is None else self.lake.known_on(day)

    @cached_property
    def store(self) -> GraphStore:
        """The graph; of what was known on another day an embedded one beside it."""
        if self.settings.known_at:
            self.known  # noqa: B018 - of a day by which nothing was known there is no graph
            return open_store("kglite", self.settings.graph / f"known-{self.settings.known_at}")
        return open_store(self.settings.store, self.settings.graph, self.settings.store_access)

    @cached_property
    def steady(self) -> Steady:
        """The graph as this run made it, never half of it."""
        return Steady(self.store, self.run.id)

    @cached_property
    def records(self) -> Records:
        self.settings.home.mkdir(parents=True, exist_ok=True)
        return open_records(self.settings.records_url)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Those of any jurisdiction for which the pack has words, and the pack's own."""
        own = {path.parent for path in self.pack.questions}
        return questions(CORE, *sorted(own)) if self.pack.programmes else questions(*sorted(own))

    @property
    def day(self) -> date:
        """The day to decide for: as set, of the last run, by which it was known, or today."""
        if self.settings.as_of:
            return self.settings.as_of
        known = self.runs()
        if known:
            return known[-1].as_of
        return self.settings.known_at or datetime.now(UTC).date()

    def runs(self) -> list[Run]:
        """The saved runs of this lake: later knowledge last, and of equal the last saved.

        Where settings name a day by which things were known, those of that knowledge.
        """
        day, version = self.settings.known_at, self.known.version()
        fitting = [
            run
            for run in runs(self.settings.runs)
            if run.lake_version == version or (day is None and run.lake_version < version)
        ]
        return sorted(fitting, key=lambda run: run.lake_version)

    @property
    def as_of(self) -> date:
        """The day that the run was decided for."""
        return self.run.as_of

    @cached_property
    def run(self) -> Run:
        """The run that knows most, of equal the last saved; where a day is set, of that day."""
        day, known = self.settings.as_of, self.runs()
        fitting = [run for run in known if day in (None, run.as_of)]
        if fitting:
            return fitting[-1]
        if known:
            says = f"no run is of {day}, the last one is of {known[-1].as_of}"
            raise NotYetError(f"{says}: `aidgraph match --as-of {day}` makes one")
        raise NotYetError(
            f"nothing is decided in {self.settings.home}: `aidgraph load PATH`, then `aidgraph"
            " match`; or `aidgraph demo`, which goes the whole road over a made-up county"
        )

    @cached_property
    def read(self) -> Lake:
        """The lake as the run read it: rows that came since are no grounds of its decisions."""
        return self.lake.at(self.run.lake_version)

    @cached_property
    def population(self) -> Population:
        """Everyone as the run knew them; before there is one, as the lake states them now."""
        if not self.runs():
            return population(self.known, self.pack, self.day)
        return population(self.read, self.pack, self.as_of)

    @cached_property
    def decided(self) -> Decided:
        """Everyone as the run decided them; what it was made from must still be what there is."""
        run = self.same_pack()
        made = decide(self.pack, self.population, run.as_of)
        if run.code_version != code_version():
            digest = decisions_digest(made.decisions, self.population.aliases)
            if digest != run.digest:
                raise NotYetError(f"this release decides otherwise than {run.told}: {AGAIN}")
        return made

    def same_pack(self) -> Run:
        """The run, where the pack is still the one that it was decided by.

        Raises:
            NotYetError: where it has changed.
        """
        if self.run.pack_digest != self.pack.digest:
            raise NotYetError(f"the pack has changed since {self.run.told}: {AGAIN}")
        return self.run

    @cached_property
    def large(self) -> bool:
        """Whether there are more households than are decided at once."""
        return self.households > self.settings.part

    @cached_property
    def households(self) -> int:
        """How many there are."""
        return int(self.known.read("households").select(pl.len()).collect().item())

    @property
    def few(self) -> int:
        """How many people and households are decided anew at most, after few facts changed."""
        return min(self.settings.part, self.households)

    @property
    def decisions(self) -> pl.DataFrame:
        """Every decision of the run; those of a large county as they were saved."""
        if not self.large:
            return self.decided.decisions
        self.same_pack()
        return run_table(self.settings.runs, self.run, "decisions")

    @cached_property
    def survey(self) -> Survey:
        """What the run could read, told without holding everyone where nobody is held."""
        held = self.__dict__.get("population")
        if held is None:
            return survey(self.read, self.pack, self.as_of)
        kinds = frozenset(kind for kind, rows in held.records.items() if rows.height)
        return Survey(held.complete, held.open_units, kinds)

    @cached_property
    def checked(self) -> Checked:
        """What was loaded, and what of it is whole."""
        return checked(
            self.survey.complete,
            loaded=set(self.survey.kinds),
            sources=self.pack.sources,
            regions=self.pack.regions,
            gaps=self.survey.open_units,
        )

    @cached_property
    def findings(self) -> Findings:
        """What the questions find in the graph of this run, never in that of another."""
        held = read_watermark(self.store).get("run")
        if held != self.run.id:
            what = f"run {held}" if held else "nothing"
            says = f"the graph holds {what}, not {self.run.told}"
            raise NotYetError(f"{says}: `aidgraph project`, then `aidgraph audit`")
        before = self.steady.digest()
        found = find(self.steady, self.questions, {"as_of": self.as_of}, self.checked)
        if self.steady.digest() != before:
            raise UnsteadyError("The graph was made anew while it was asked")
        joined = dict(self.read.read("aliases").select("alias", "person").collect().iter_rows())
        return followed(found, self.records, joined) if joined else found

    def load(self, paths: list[Path], advance: Advance) -> LoadReport:
        """Departments' files into the lake."""
        if paths == [self.settings.files] and not self.settings.files.exists():
            says = f"no files in {self.settings.files}: say `aidgraph load PATH`"
            raise NotYetError(f"{says}, or `aidgraph county` for a made-up county's")
        return load(self.lake, self.pack, paths, progress=advance, batch=self.settings.batch)

    def link(self) -> LinkReport:
        """Numbers and names to people and households."""
        return link(self.lake, self.pack)

    def match(
        self, advance: Advance = quiet, engine: Engine = "local", *, everyone: bool = False
    ) -> Run:
        """Decide everyone and save the run; equal lake, pack, day and code give an equal run.

        Whom no fact that changed since the run before touches is taken over from it, unless
        `everyone` is to be decided anew; `anew` tells which. A county of more households than
        settings say is decided in parts of so many.
        """
        if not self.lake.tables():
            says = f"nothing is loaded in {self.settings.home}: `aidgraph load PATH`"
            raise NotYetError(f"{says}, or `aidgraph demo` for a made-up county")
        seen, self.anew = (self.known, self.day), Told("as asked")
        if not everyone and engine == "local":
            run, self.anew = since_before(seen, self.pack, self.settings.runs, self.few)
            if run:
                for name in ("population", "decided", "read", "seen", "ties"):
                    self.__dict__.pop(name, None)
                self.run = run
                return run
        if self.large or engine == "spark":
            self.seen = seen
            self.run = in_parts(self.seen, self.pack, self.settings, advance, engine)
            return self.run
        self.decide()
        self.run = save_run(self.settings.runs, self.pack, self.population, self.decided)
        return self.run

    def decide(self) -> None:
        """Decide everyone for the day, from what was known by the day set; nothing is saved.

        Of a large county everyone is decided when it is asked why.
        """
        self.seen = self.known, self.day
        if not self.large:
            self.population = population(self.known, self.pack, self.day)
            self.decided = decide(self.pack, self.population, self.day)

    @cached_property
    def seen(self) -> tuple[Lake, date]:
        """What reasons are told from, and the day: those of the run."""
        return self.read, self.same_pack().as_of

    @cached_property
    def tied(self) -> Tied:
        """Who is named with whom in any version of the lake."""
        return Tied(self.pack)

    @cached_property
    def ties(self) -> Ties:
        """Who is named with whom, as reasons are told."""
        return self.tied(self.seen[0])

    @property
    def months(self) -> Months:
        """The months that were decided from what the run was."""
        return kept(self.settings.months, self.pack, self.run)

    def graph(self) -> AbstractContextManager[tuple[Graph, dict[str, Any]]]:
        """The nodes and edges that lake and run make, and what they were made from."""
        return graph_of(self)

    def project(self, advance: Advance) -> ProjectReport:
        """The graph from lake and run; of that of a run before only what changed is written."""
        return projected(self, advance)

    @property
    def damaged(self) -> bool:
        """Whether there is a graph that cannot be read; `project` makes it anew."""
        return bool(found_before(self.store)[1])

    def audit(self) -> Kept:
        """Ask every question, and bring the records to what was found."""
        if self.settings.known_at:
            raise NotYetError(
                "findings are kept of what is known now: leave out --known-at; "
                "`aidgraph report --known-at` tells what was to be found then"
            )
        kept = keep_findings(
            self.records, self.findings.rows(), asked=self.findings.asked, run=self.run.id
        )
        told = {
            "run": self.run.id,
            "not_checked": {q.question: list(q.lacks) for q in self.findings.not_checked},
            "receipt_not_known": dict(self.findings.unknown_receipt),
        }
        (self.settings.runs / self.run.id / KEPT).write_text(json.dumps(told), encoding="utf-8")
        return kept

    def figure_facts(self) -> FigureFacts:
        """What the figures are measured from; who is held for decisions serves findings too."""
        decisions = self.decisions
        return FigureFacts(
            store=self.steady,
            findings=self.findings.frame,
            decisions=decisions,
            checked=self.checked,
            as_of=self.as_of,
            run=self.run.id,
            receipt_not_known=sum(self.findings.unknown_receipt.values()),
            months=history_of(self),
            procedures=self.pack.procedures,
        )

    def report(self, loaded: Mapping[str, Any] | None = None) -> Report:
        """Everything that was loaded, decided and found, as one report."""
        return report_of(self, loaded)

    def loaded(self) -> dict[str, int]:
        """All rows that the run could read, and those refused."""
        return rows_read(self.read)

    def rebuild(self, advance: Advance) -> ProjectReport:
        """The same graph made again from nothing; only where there is a run to make it from."""
        _ = self.same_pack() if self.large else self.decided  # what cannot be made is not dropped
        self.store.clear()
        return self.project(advance)

    def explain(self, unit_id: str, lang: Language, programme: str | None = None) -> Explanation:
        """Why one household, or that of a person, gets what it gets: of all programmes or one."""
        law = self.settings.law
        if self.large:
            held = alone(self.seen, self.pack, self.ties, unit_id)
        else:
            held = self.population, self.decided
        return explain(self.pack, *held, unit_id, lang, law, programme)

    def reasons(self, unit: str, unit_id: str, programme: str) -> dict[str, dict[str, Any]] | None:
        """The tree behind one decision, by language."""
        trees = {
            lang: self.explain(unit_id, lang, programme).tree(unit, unit_id, programme)
            for lang in LANGUAGES
        }
        return {lang: tree for lang, tree in trees.items() if tree} or None
