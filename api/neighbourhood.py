"""A household's surroundings as nodes and edges, cut to what the user may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.household_graph import ENROLMENTS, KIN, MEMBERS, QUALIFIES, read
from api.words import programme_label

if TYPE_CHECKING:
    from api.access import Caller
    from api.lists import Json
    from api.service import Row, Service

LABELS: Final = {
    "HAS_MEMBER": {"zh": "成员", "en": "member"},
    "KIN": {"zh": "亲属", "en": "kin"},
    "ENROLLED_IN": {"zh": "在保", "en": "enrolled in"},
    "QUALIFIES_FOR": {"zh": "符合", "en": "qualifies for"},
}
HOUSEHOLD: Final = {"zh": "家庭", "en": "household"}


def neighbourhood(service: Service, caller: Caller, household: str) -> Json:
    """The household, its members, their kin in scope, and the programmes they are tied to."""
    state, scope, lang = service.state, caller.scope, caller.lang
    nodes: dict[str, Json] = {household: node(household, "Household", HOUSEHOLD[lang], focus=True)}
    edges: dict[str, Json] = {}
    for row in read(state, MEMBERS, household):
        nodes[row["id"]] = node(row["id"], "Person", row["name"] or row["id"])
        join(edges, household, row["id"], "HAS_MEMBER", lang)
    known = service.pack.regions
    for row in read(state, KIN, household):
        if scope.covers(known.nearest(row["region"]) if row["region"] else None):
            add_kin(nodes, edges, row, lang)
    for kind, query in (("ENROLLED_IN", ENROLMENTS), ("QUALIFIES_FOR", QUALIFIES)):
        for row in read(state, query, household):
            found = service.pack.programmes.get(row["programme"])
            if found is not None and scope.holds(found.department):
                name = programme_label(service, found.id, lang) or found.id
                nodes[found.id] = node(found.id, "Programme", name)
                join(edges, row["unit_id"], found.id, kind, lang)
    ends = [edge for edge in edges.values() if {edge["source"], edge["target"]} <= nodes.keys()]
    return {"nodes": list(nodes.values()), "edges": ends}


def node(made: str, kind: str, label: str, *, focus: bool = False) -> Json:
    """One node as a page draws it."""
    return {"id": made, "kind": kind, "label": label, "focus": focus}


def join(edges: dict[str, Json], source: str, target: str, kind: str, lang: str) -> None:
    """Add one edge, once."""
    made = f"{source}|{kind}|{target}"
    label = LABELS[kind][lang]
    edges[made] = {"id": made, "source": source, "target": target, "kind": kind, "label": label}


def add_kin(nodes: dict[str, Json], edges: dict[str, Json], row: Row, lang: str) -> None:
    """Add a relative, and the household he lives in where it is another."""
    kin, home = row["kin"], row["household"]
    if f"{kin}|KIN|{row['person']}" not in edges:
        join(edges, row["person"], kin, "KIN", lang)
    if kin in nodes:
        return
    nodes[kin] = node(kin, "Person", row["name"] or kin)
    if home:
        nodes.setdefault(home, node(home, "Household", HOUSEHOLD[lang]))
        join(edges, home, kin, "HAS_MEMBER", lang)
