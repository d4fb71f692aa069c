"""The page of the long proofs: one proof run again changes its own part and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import soak

PROOFS = (
    soak.Proof("first", "One thing"),
    soak.Proof("second", "Another thing", ("7",), 1, logged=True),
)


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(soak, "PAGE", tmp_path / "soak.md")
    monkeypatch.setattr(soak, "PROOFS", PROOFS)
    monkeypatch.setattr(soak, "prove", lambda proof: (0, 1.0, [f"{proof.module} says ## so"]))
    return tmp_path / "soak.md"


def test_one_proof_is_taken_again_and_the_others_stay(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert soak.main([]) == 0
    before = page.read_text(encoding="utf-8")
    assert before.count("held, 1 s, commit") == 2
    monkeypatch.setattr(soak, "prove", lambda _: (3, 2.0, ["yes", "no"]))
    assert soak.main(["second"]) == 3
    after = page.read_text(encoding="utf-8")
    assert (page.parent / "soak" / "second.log").read_text(encoding="utf-8") == "yes\nno\n"
    assert "[soak/second.log]" in after
    assert "yes" not in after
    assert after.split("## Another")[0] == before.split("## Another")[0]
    assert "`python -m tests.second 7`: failed with 3, 2 s" in after
    assert soak.main(["third"]) == 2
    assert page.read_text(encoding="utf-8") == after


def test_the_page_that_is_kept_speaks_of_every_proof() -> None:
    told = soak.sections(soak.PAGE.read_text(encoding="utf-8"))
    assert set(told) <= {proof.command for proof in soak.PROOFS}
    assert Path(soak.PAGE).name == "soak.md"
