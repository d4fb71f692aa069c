"""Where things are kept and which pack rules: everything that an operator may set."""

from __future__ import annotations

import os
from datetime import date  # noqa: TC003 - pydantic reads it while running
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph_loader.read_csv import BATCH
from graph_loader.stores.protocol import Access

ROOT = Path(__file__).resolve().parent.parent
A_GIB: Final = 10_000
"""Households for each GiB of memory: projecting takes some 85 KiB for each held at once."""
GROUP: Final = Path("/sys/fs/cgroup/memory.max")


def held_at_once() -> int:
    """How many households the memory of this machine, or of its container, holds at once."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = GROUP.read_text(encoding="ascii").strip() if GROUP.exists() else ""
    return max(1, min(memory, int(limit) if limit.isdigit() else memory) * A_GIB >> 30)


class Settings(BaseSettings):
    """Settings, each from the environment variable AIDGRAPH_<NAME> or a `.env` file.

    `batch`: rows of a file that are read and judged at once. `part`: a county of more households
    is decided in parts of so many, one at a time in memory; where nobody says, what memory holds.
    """

    model_config = SettingsConfigDict(env_prefix="AIDGRAPH_", env_file=".env", extra="ignore")

    home: Path = Path("var")
    pack: Path = ROOT / "ontology" / "packs" / "china"
    law: Path | None = None
    store: str = "kglite"
    store_user: str = "neo4j"
    store_password: SecretStr = SecretStr("")
    store_database: str = "neo4j"
    store_authority: Path | None = None
    database_url: str = ""
    as_of: date | None = None
    known_at: date | None = None
    host: str = "127.0.0.1"
    port: int = 8050
    refused_limit: float = 0.05
    batch: Annotated[int, Field(ge=1)] = BATCH
    part: Annotated[int, Field(ge=1)] = held_at_once()
    spark_master: str = "local[*]"

    @property
    def store_access(self) -> Access:
        """With what a graph store elsewhere is entered."""
        return Access(
            user=self.store_user,
            password=self.store_password.get_secret_value(),
            database=self.store_database,
            authority=self.store_authority,
        )

    @property
    def files(self) -> Path:
        """Where departments put their files."""
        return self.home / "files"

    @property
    def lake(self) -> Path:
        """Facts, every version kept."""
        return self.home / "lake"

    @property
    def runs(self) -> Path:
        """Decisions, one folder a run."""
        return self.home / "runs"

    @property
    def months(self) -> Path:
        """What is kept of each month: who qualified, who received."""
        return self.home / "months"

    @property
    def graph(self) -> Path:
        """The embedded graph, a projection that can be made again."""
        return self.home / "graph"

    @property
    def report(self) -> Path:
        """The printed report's files; what was known on another day has a folder of its own."""
        folder = self.home / "report"
        return folder / f"known-{self.known_at}" if self.known_at else folder

    @property
    def keys(self) -> Path:
        """Secrets of this installation, made at its first start."""
        return self.home / "keys"

    @property
    def records_url(self) -> str:
        """The database of what people did."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'records.sqlite'}"
