"""Who is let in, and whom we trust: passwords and certificates, by settings alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aidgraph.road import Road
from aidgraph.settings import Settings
from graph_loader.stores.neo4j_server import HOST
from graph_loader.stores.protocol import StoreError
from tests.stores.certificates import signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graph_loader.stores.neo4j_server import Server
    from tests.stores.certificates import Certificates

    Asking = Callable[..., object]

ONE = "RETURN 1 AS one"


@pytest.fixture
def asked(neo4j: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Ask the session's Neo4j through settings as an operator makes them."""
    monkeypatch.chdir(tmp_path)

    def ask(
        scheme: str, authority: Path | None = None, host: str = HOST, password: str = ""
    ) -> object:
        monkeypatch.setenv("AIDGRAPH_STORE", f"{scheme}://{host}:{neo4j.bolt}")
        monkeypatch.setenv("AIDGRAPH_STORE_PASSWORD", password or neo4j.password)
        if authority is not None:
            monkeypatch.setenv("AIDGRAPH_STORE_AUTHORITY", str(authority))
        store = Road(Settings(home=tmp_path)).store
        try:
            return store.read(ONE)
        finally:
            store.close()

    return ask


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s", "neo4j", "neo4j+s"])
def test_the_authority_that_settings_name_vouches_for_the_server(
    asked: Asking, certificates: Certificates, scheme: str
) -> None:
    assert asked(scheme, certificates.authority) == [{"one": 1}]


def test_without_an_authority_a_plain_address_is_not_encrypted_and_ssc_trusts_anyone(
    asked: Asking,
) -> None:
    assert asked("neo4j") == asked("neo4j+ssc") == asked("bolt+ssc") == [{"one": 1}]


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+s"])
def test_a_server_that_nobody_vouches_for_is_not_asked(asked: Asking, scheme: str) -> None:
    with pytest.raises(StoreError, match="AIDGRAPH_STORE_AUTHORITY") as told:
        asked(scheme)
    assert not told.value.retryable


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s", "neo4j+s"])
def test_another_authority_vouches_for_nobody(asked: Asking, tmp_path: Path, scheme: str) -> None:
    with pytest.raises(StoreError, match="shows no certificate that we trust") as told:
        asked(scheme, signed(tmp_path, "stranger").authority)
    assert not told.value.retryable


def test_a_certificate_of_another_host_is_refused(
    asked: Asking, certificates: Certificates
) -> None:
    with pytest.raises(StoreError, match="shows no certificate that we trust"):
        asked("bolt", certificates.authority, "localhost")


def test_an_authority_and_trust_in_anyone_contradict_each_other(
    asked: Asking, certificates: Certificates
) -> None:
    with pytest.raises(StoreError, match=r"`bolt\+ssc` trusts whoever answers"):
        asked("bolt+ssc", certificates.authority)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_wrong_password_is_told_over_an_encrypted_connection_too(
    asked: Asking, certificates: Certificates, scheme: str
) -> None:
    with pytest.raises(StoreError, match="refuses this user and password") as told:
        asked(scheme, certificates.authority, password="wrong")  # noqa: S106
    assert not told.value.retryable


def test_an_authority_file_that_is_not_there_is_named(asked: Asking, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="AIDGRAPH_STORE_AUTHORITY"):
        asked("neo4j+s", tmp_path / "none.pem")
