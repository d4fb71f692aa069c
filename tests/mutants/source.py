"""Mistakes in how the files of a pack are read: Turtle, formulas, tables."""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import (
    CHINA,
    FORMULA,
    FROM_OWL,
    LANGUAGE,
    SIMPLIFY,
    Mutant,
)

SOURCE_MUTANTS: Final = (
    Mutant(
        "max 0 is lost to a false literal",
        "ontology/from_owl.py",
        "            if value is not None:\n                return value",
        "            if value:\n                return value",
        FROM_OWL,
    ),
    Mutant(
        "an empty list is let through",
        "ontology/from_owl.py",
        "if head == RDF.nil:",
        "if head is None:",
        FROM_OWL,
    ),
    Mutant(
        "a facet is strict",
        "ontology/from_owl.py",
        'XSD.minInclusive: ">="',
        'XSD.minInclusive: ">"',
        FROM_OWL,
    ),
    Mutant(
        "an unknown property is named all the same",
        "ontology/from_owl.py",
        "raise PolicyError(*dict.fromkeys(reader.faults))",
        "return tree",
        FROM_OWL,
    ),
    Mutant(
        "not not A becomes not A",
        "ontology/simplify.py",
        "case Not(Not(part)):",
        "case Not(Not(_) as part):",
        SIMPLIFY,
    ),
    Mutant(
        "anything may COALESCE",
        "ontology/formula_parser.py",
        "if not self.reading:",
        "if False:",
        FORMULA,
    ),
    Mutant(
        "a standard begins a day late",
        "ontology/standards.py",
        "self.valid_from <= on",
        "self.valid_from < on",
        CHINA,
    ),
    Mutant(
        "a standard ends a day late",
        "ontology/standards.py",
        "on < self.valid_until",
        "on <= self.valid_until",
        CHINA,
    ),
    Mutant(
        "an intersection is read as a union",
        "ontology/from_owl.py",
        "AllOf(parts) if predicate == OWL.intersectionOf",
        "AllOf(parts) if predicate == OWL.unionOf",
        LANGUAGE,
    ),
    Mutant(
        "only is read as some",
        "ontology/from_owl.py",
        "(OWL.allValuesFrom, Only)",
        "(OWL.allValuesFrom, Some)",
        LANGUAGE,
    ),
    Mutant(
        "exactly n is read as at least n",
        "ontology/from_owl.py",
        "(AtLeast(number, name, part_tree), AtMost(number, name, part_tree))",
        "(AtLeast(number, name, part_tree),)",
        LANGUAGE,
    ),
    Mutant(
        "between leaves out its upper end",
        "ontology/formula_parser.py",
        'self.compared("<=", value, high)',
        'self.compared("<", value, high)',
        LANGUAGE,
    ),
    Mutant(
        "a formula's or is read as and",
        "ontology/formula_parser.py",
        "Both if isinstance(sql, exp.And)",
        "Both if isinstance(sql, exp.Or | exp.And)",
        LANGUAGE,
    ),
    Mutant(
        "the least is read as the greatest",
        "ontology/formula_parser.py",
        "isinstance(sql, exp.Greatest), tuple",
        "isinstance(sql, exp.Greatest | exp.Least), tuple",
        LANGUAGE,
    ),
    Mutant(
        "a kind of one row a owner may have more",
        "ontology/read_vocabulary.py",
        "single=(_role_of(node), RDF.type, OWL.FunctionalProperty) in graph",
        "single=False",
        LANGUAGE,
    ),
    Mutant(
        "a place not listed lies in the country alone",
        "ontology/regions.py",
        "range(len(code), 0, -1)",
        "range(0)",
        LANGUAGE,
    ),
)
