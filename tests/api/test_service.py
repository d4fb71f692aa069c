"""What the application serves follows the newest run, and money is told exactly."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, cast

import pytest

from api.service import Latest, yuan

if TYPE_CHECKING:
    from api.service import State


def test_a_newer_run_is_opened_once_and_the_old_one_serves_meanwhile() -> None:
    names: list[str | None] = [None]
    opened: list[str] = []
    begun, go_on = threading.Event(), threading.Event()
    go_on.set()

    def open_state() -> State:
        begun.set()
        go_on.wait(5)
        opened.append(str(names[-1]))
        return cast("State", f"state of {names[-1]}")

    latest = Latest(lambda: names[-1], open_state)
    assert latest() is None
    names.append("R1")
    assert latest() == latest() == cast("State", "state of R1")
    names.append("R2")
    begun.clear()
    go_on.clear()
    other = threading.Thread(target=latest)
    other.start()
    assert begun.wait(5)
    assert latest() == cast("State", "state of R1")
    go_on.set()
    other.join()
    assert latest() == cast("State", "state of R2")
    assert opened == ["R1", "R2"]


@pytest.mark.parametrize(
    ("fen", "told"),
    [
        (None, None),
        (0, "0.00"),
        (5, "0.05"),
        (-105, "-1.05"),
        (81_200, "812.00"),
        (2**62, "46116860184273879.04"),
    ],
)
def test_money_is_told_exactly(fen: int | None, told: str | None) -> None:
    assert yuan(fen) == told


class Held:
    """A state that holds itself, as a run holds what explains it."""

    def __init__(self) -> None:
        self.held = self


def test_a_state_before_is_let_go_though_the_collector_is_kept_from_it() -> None:
    names, seen = ["R1"], list[weakref.ref[Held]]()

    def open_state() -> State:
        made = Held()
        seen.append(weakref.ref(made))
        return cast("State", made)

    latest = Latest(lambda: names[-1], open_state)
    latest()
    assert gc.get_freeze_count() > 0
    names.append("R2")
    latest()
    assert [one() is None for one in seen] == [True, False]
    gc.unfreeze()
