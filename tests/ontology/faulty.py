"""A small sound pack, file by file, to be spoilt in one place after another."""

from pathlib import Path
from typing import Final

PREFIXES: Final = """\
@prefix ag:   <https://w3id.org/aidgraph/core#> .
@prefix t:    <https://w3id.org/aidgraph/t#> .
@prefix law:  <https://w3id.org/aidgraph/t/law/> .
@prefix cv:   <http://data.europa.eu/m8g/> .
@prefix eli:  <http://data.europa.eu/eli/ontology#> .
@prefix owl:  <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""

VOCABULARY: Final = f"""{PREFIXES}
t:Vehicle a owl:Class ; rdfs:subClassOf ag:Record ; ag:ownedBy ag:Person ;
  rdfs:label "车"@zh, "vehicle"@en .
t:hasVehicle a owl:ObjectProperty ; rdfs:domain ag:Person ; rdfs:range t:Vehicle .

t:plate a owl:DatatypeProperty, owl:FunctionalProperty ; rdfs:domain t:Vehicle ;
  rdfs:range xsd:string ; rdfs:label "号"@zh, "plate"@en .

t:grade a owl:DatatypeProperty, owl:FunctionalProperty ; rdfs:domain ag:Person ;
  rdfs:range [ a rdfs:Datatype ; owl:oneOf ( "none" "severe" ) ] ;
  skos:notation "p.grade" ; rdfs:label "级"@zh, "grade"@en .

t:earned a owl:DatatypeProperty, owl:FunctionalProperty ; rdfs:domain ag:Household ;
  rdfs:range xsd:decimal ; ag:scale 100 ; ag:least 0 ; ag:greatest 1000000 ;
  rdfs:label "挣"@zh, "earned"@en .

t:income a owl:DatatypeProperty, owl:FunctionalProperty ; rdfs:domain ag:Household ;
  rdfs:range xsd:decimal ; ag:scale 100 ; ag:least 0 ; ag:greatest 1000000 ;
  skos:notation "hh.income" ;
  ag:formula "earned" ;
  rdfs:label "收入"@zh, "income"@en .

t:incomeToLine a owl:DatatypeProperty, owl:FunctionalProperty ; rdfs:domain ag:Household ;
  rdfs:range xsd:decimal ; ag:least 0 ; ag:greatest 100000 ;
  ag:numerator "income" ;
  ag:denominator "std.line" ;
  rdfs:label "比"@zh, "income to the line"@en .
"""

PROGRAMMES: Final = f"""{PREFIXES}
t:poor a owl:Class ; rdfs:subClassOf ag:Household ;
  rdfs:label "穷"@zh, "poor"@en ;
  dcterms:source law:A-1 ;
  owl:equivalentClass [ a owl:Restriction ;
    owl:onProperty t:incomeToLine ;
    owl:someValuesFrom [ a rdfs:Datatype ; owl:onDatatype xsd:decimal ;
      owl:withRestrictions ( [ xsd:maxExclusive "1"^^xsd:decimal ] ) ] ] .

t:severe a owl:Class ; rdfs:subClassOf ag:Person ;
  rdfs:label "重"@zh, "severe"@en ;
  dcterms:source law:A-1 ;
  owl:equivalentClass [ a owl:Restriction ; owl:onProperty t:grade ;
    owl:someValuesFrom [ a rdfs:Datatype ; owl:oneOf ( "severe" ) ] ] .

t:aid a owl:Class, ag:Programme ; rdfs:subClassOf ag:Household ; skos:notation "T1" ;
  rdfs:label "救助"@zh, "aid"@en ;
  ag:benefitKind "cash_month" ; ag:period "month" ; ag:decided true ;
  ag:benefit "std.line - income" ;
  cv:hasCompetentAuthority t:office .

t:aid-2020 a owl:Class ; ag:versionOf t:aid ; ag:validFrom "2020-01-01"^^xsd:date ;
  ag:validUntil "2026-01-01"^^xsd:date ;
  dcterms:source law:A-1 ;
  owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( t:poor
    [ a owl:Restriction ; owl:onProperty ag:hasMember ; owl:someValuesFrom t:severe ] ) ] .

t:aid-2026 a owl:Class ; ag:versionOf t:aid ; ag:validFrom "2026-01-01"^^xsd:date ;
  dcterms:source law:A-1 ;
  owl:equivalentClass t:poor .
"""

LAW: Final = f"""{PREFIXES}
law:A a eli:LegalResource ; eli:title "法"@zh, "act"@en .
law:A-1 a eli:LegalResourceSubdivision ; eli:is_part_of law:A ; eli:number "1" ;
  ag:gist "甲"@zh, "one"@en ; ag:textHeld false .
"""

FILES: Final = {
    "pack.toml": 'id = "t"\nversion = "1"\ntitle = {zh = "试", en = "trial"}\n',
    "vocabulary.ttl": VOCABULARY,
    "programmes/aid.ttl": PROGRAMMES,
    "law/act.ttl": LAW,
    "standards/found.csv": "parameter,region,value,unit,valid_from,valid_until,source\n"
    "line,1,1000,CNY,2020-01-01,2026-01-01,gazette\n"
    "line,1,1100,CNY,2026-01-01,,gazette\n",
    "regions.csv": "code,parent,level,zh,en\n1,,country,国,country\n11,1,province,省,province\n",
    "departments.csv": "id,zh,en,level,budget_holder\noffice,处,office,county,yes\n",
    "compatibility.csv": "a,b,rule,scope,period,source\n",
    "procedures.csv": "flow,step,order,days,day_kind,actor,source\nF,ask,1,3,working,office,A-1\n",
    "sources/vehicles.yaml": """\
id: vehicles
department: office
title: {zh: 车, en: vehicles}
files: "vehicles*.csv"
gives: Vehicle
of: {person: {id_number: number, name: name}}
key: [plate]
columns:
  plate: plate
""",
    "questions/twice.cypher": """\
// asks: Who is paid twice?
// asks.zh: 谁重复？
// finds: duplicate
// key: unit
// law: A-1
MATCH (p:Person) RETURN p.id AS unit
""",
    "cases/aid.yaml": """\
- id: below
  on: 2026-08-01
  region: "11"
  household: {hh.income: "1099.99"}
  members: [{id: a, p.grade: none}]
  roster_closed: true
  expect: {T1: eligible}
- id: at
  on: 2026-08-01
  region: "11"
  household: {hh.income: "1100"}
  members: [{id: a}]
  roster_closed: true
  expect: {T1: not_eligible}
- id: unknown
  on: 2026-08-01
  region: "11"
  household: {hh.income: null}
  members: [{id: a}]
  roster_closed: true
  expect: {T1: undetermined}
  missing: {T1: [hh.income]}
""",
}


def write(folder: Path) -> None:
    """The sound pack, written into a folder."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def line_in(file: Path, words: str) -> int:
    """The line of a file in which words stand, counted from 1; 0 where they do not."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, start=1) if words in line), 0)
