"""A service over Neo4j whose server is killed: it says so, when to come back, and is well again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from aidgraph.road import Road
from aidgraph.serve import application
from aidgraph.settings import Settings
from audit.users import make_demo_users
from demo.county import make
from tests.api.conftest import client_of
from tests.dashboards.county import AS_OF, COUNTY, TOWNSHIP
from tests.stores.test_questions import silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stores.places import ServerPlace

FAMILIES = 30


@pytest.fixture
def road(server: ServerPlace, tmp_path: Path) -> Iterator[Road]:
    """A small county that went the whole road into Neo4j."""
    password = SecretStr(server.server.password)
    made = Road(
        Settings(home=tmp_path, as_of=AS_OF, store=server.server.url, store_password=password)
    )
    make(tmp_path, households=FAMILIES)
    made.load([tmp_path / "files"], silent)
    made.link()
    made.match()
    made.project(silent)
    made.audit()
    yield made
    made.store.close()
    made.records.close()


def test_a_killed_server_is_told_with_when_to_come_back_and_then_all_is_well(
    road: Road, server: ServerPlace
) -> None:
    users = make_demo_users(road.records, region=COUNTY, township=TOWNSHIP)
    password = next(user.password for user in users if user.login == "leader")
    client = client_of(application(road, "http://testserver"))
    client.post("/session", json={"login": "leader", "password": password}).raise_for_status()
    household = road.steady.read("MATCH (h:Household) RETURN h.id AS id ORDER BY id LIMIT 1")
    graph = f"/households/{household[0]['id']}/neighbourhood"
    asked = {"purpose": "核查救助情况"}
    before = client.get(graph, params=asked)
    assert (before.status_code, client.get("/health").json()["graph"]) == (200, "whole")
    server.server.kill()
    try:
        answer = client.get(graph, params=asked)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["type"] == "urn:aidgraph:problem:store"
        assert "does not answer" in answer.json()["detail"]
        assert client.get("/health").json()["graph"] == "away"
        assert client.get("/instructions").status_code == 200
    finally:
        server.bring_back()
    assert client.get(graph, params=asked).json() == before.json()
    assert client.get("/health").json()["graph"] == "whole"
