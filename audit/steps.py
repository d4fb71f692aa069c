"""Which step may follow which state, and who may take it, as `steps.yaml` says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from audit.records import RecordsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STEPS_FILE: Final = Path(__file__).with_name("steps.yaml")
WORDS_FILE: Final = Path(__file__).with_name("words.yaml")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of state. A path is told as one step, with the single steps it takes in `via`."""

    action: str
    sources: tuple[str, ...]
    to: str
    who: frozenset[str]
    party: str
    needs: tuple[str, ...]
    label: dict[str, str]
    via: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """The steps people take, and those that follow by themselves."""

    name: str
    steps: dict[str, Step]
    by_itself: dict[str, Step]

    def states(self) -> list[str]:
        """Every state that a step leaves or reaches."""
        every = [*self.steps.values(), *self.by_itself.values()]
        return sorted({state for step in every for state in (*step.sources, step.to)})


class StateError(RecordsError):
    """The step cannot follow the present state; `allowed` are those that can."""

    def __init__(self, says: str, allowed: Sequence[Step] = ()) -> None:
        names = ", ".join(f"{step.action} → {step.to}" for step in allowed)
        super().__init__(f"{says} {f'Allowed now: {names}.' if names else 'It ends here.'}")
        self.allowed = tuple(allowed)


class RoleError(RecordsError):
    """The step exists, but somebody else takes it; `roles` are those who may."""

    def __init__(self, says: str, roles: Iterable[str]) -> None:
        super().__init__(says)
        self.roles = tuple(sorted(roles))


class IncompleteError(RecordsError):
    """Something the step needs was not given, or is not one of the known values."""

    def __init__(self, says: str, known: Iterable[str] = ()) -> None:
        super().__init__(says)
        self.known = tuple(known)


class StaleError(RecordsError):
    """Somebody else changed it since it was read."""


@cache
def machine(name: str) -> Machine:
    """The machine of an instruction, an assignment or a finding."""
    read = yaml.safe_load(STEPS_FILE.read_text(encoding="utf-8"))[name]
    steps = {action: to_step(action, row) for action, row in read["steps"].items()}
    itself = {action: to_step(action, row) for action, row in read["by_itself"].items()}
    for action, row in read["paths"].items():
        steps[action] = to_path(action, row, [steps[part] for part in row["steps"]])
    return Machine(name, steps, itself)


def to_step(action: str, row: dict[str, Any]) -> Step:
    """One row of the file as a step."""
    return Step(
        action,
        tuple(row["from"]),
        row["to"],
        frozenset(row.get("who", ())),
        row.get("party", "office"),
        tuple(row.get("needs", ())),
        {"zh": row["zh"], "en": row["en"]},
    )


def to_path(action: str, row: dict[str, Any], via: list[Step]) -> Step:
    """Several steps told as one; it starts wherever one of them does."""
    sources = tuple(dict.fromkeys(state for step in via for state in step.sources))
    whole = to_step(action, {**row, "from": sources, "to": via[-1].to})
    return Step(
        action,
        sources,
        whole.to,
        whole.who,
        whole.party,
        whole.needs,
        whole.label,
        tuple(via),
    )


def following(of: Machine, state: str) -> list[Step]:
    """The steps that may follow this state, whoever takes them."""
    return [step for step in of.steps.values() if state in step.sources]


def find_step(of: Machine, state: str, action: str) -> Step:
    """The step of this name, or an error that names those that can follow."""
    step = of.steps.get(action)
    if step is None:
        says = f"No step `{action}` for {article(of.name)}. Steps: {', '.join(of.steps)}."
        raise IncompleteError(says, of.steps)
    if state not in step.sources:
        raise StateError(f"`{action}` cannot follow `{state}`.", following(of, state))
    return step


def article(name: str) -> str:
    """`an instruction`, `a finding`."""
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def stages(step: Step, state: str) -> list[tuple[Step, str]]:
    """The single steps from this state on, each with the state it leaves."""
    if not step.via:
        return [(step, state)]
    done = []
    for part in step.via:
        if state in part.sources:
            done.append((part, state))
            state = part.to
    return done


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """What readers see for an id, by kind of id."""
    read: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
        WORDS_FILE.read_text(encoding="utf-8")
    )
    return read


def check_word(kind: str, value: str) -> str:
    """The value, if it is one of its kind; else an error that names the known ones."""
    known = words()[kind]
    if value not in known:
        raise IncompleteError(f"No {kind} `{value}`. One of: {', '.join(known)}.", known)
    return value
