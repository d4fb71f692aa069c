"""How many households are held at once where nobody says: by the memory that there is."""

from pathlib import Path

import pytest

from aidgraph import settings

GIB = 1 << 30


@pytest.mark.parametrize(
    ("memory", "limit", "households"),
    [
        (16 * GIB, None, 160_000),
        (16 * GIB, "max\n", 160_000),
        (16 * GIB, f"{2 * GIB}\n", 20_000),
        (2 * GIB, f"{16 * GIB}\n", 20_000),
        (1 << 10, None, 1),
    ],
)
def test_a_county_is_held_as_far_as_memory_goes(
    memory: int, limit: str | None, households: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = tmp_path / "memory.max"
    if limit is not None:
        group.write_text(limit, encoding="ascii")
    pages = {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": memory}
    monkeypatch.setattr(settings, "GROUP", group)
    monkeypatch.setattr("os.sysconf", pages.__getitem__)
    assert settings.held_at_once() == households
