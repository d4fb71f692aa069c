"""A county with its application, and a way to sign in to it as anybody."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from audit import sessions, users
from tests.api.county import County, county

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the test client speaks through httpx, which still works
    from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

    SignIn = Callable[[str], TestClient]

V1 = "http://testserver/api/v1"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed with little work."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(users, "HASHER", hasher)
    monkeypatch.setattr(sessions, "HASHER", hasher)
    sessions.nobody.cache_clear()


@pytest.fixture
def here(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Iterator[County]:  # noqa: ARG001
    made = county(tmp_path_factory.mktemp("county"))
    yield made
    made.store.close()
    made.records.close()


def client_of(app: FastAPI) -> TestClient:
    """A client that tells a fault of the service as its reader would see it."""
    return TestClient(app, base_url=V1, raise_server_exceptions=False)


@pytest.fixture
def anonymous(here: County) -> TestClient:
    return client_of(here.app)


@pytest.fixture
def sign_in(here: County) -> SignIn:
    """A client that is signed in as this user."""

    def enter(login: str) -> TestClient:
        client = client_of(here.app)
        given = {"login": login, "password": here.passwords[login]}
        assert client.post("/session", json=given).status_code == 200
        return client

    return enter
