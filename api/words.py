"""Ids with the labels that readers see: regions, departments, programmes, questions, states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.service import word
from audit.steps import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.service import Service


def region_label(service: Service, code: str | None, lang: str) -> str | None:
    """The name of a place, the nearest known one for a code the table lacks."""
    region = service.pack.regions.by_code.get(service.pack.regions.nearest(code)) if code else None
    return word(region.label, lang) if region else code


def department_label(service: Service, department: str | None, lang: str) -> str | None:
    """The name of an office."""
    found = service.pack.departments.get(department or "")
    return word(found.label, lang) if found else department


def department_labels(service: Service, departments: Iterable[str], lang: str) -> list[str | None]:
    """The names of several offices."""
    return [department_label(service, one, lang) for one in departments]


def programme_label(service: Service, programme: str | None, lang: str) -> str | None:
    """The name of a programme."""
    found = service.pack.programmes.get(programme or "")
    return word(found.label, lang) if found else programme


def question_label(service: Service, question: str, lang: str) -> str | None:
    """The short name of a question, else what it asks."""
    found = service.questions.get(question)
    return word(found.label or found.asks, lang) if found else question


def state_label(kind: str, value: str | None, lang: str) -> str | None:
    """The name of a state, a conclusion or another word of the records."""
    return words()[kind][value][lang] if value else None
