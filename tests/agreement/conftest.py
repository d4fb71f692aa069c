"""The stores that are asked, among them a Neo4j of this session."""

from __future__ import annotations

from tests.stores.conftest import neo4j

__all__ = ["neo4j"]
