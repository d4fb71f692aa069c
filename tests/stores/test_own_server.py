"""`aidgraph store neo4j`: a server of one's own, from the first word to the last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from graph_loader.stores.neo4j_server import answers, new_server
from graph_loader.stores.protocol import Access, open_store

ROOT = Path(__file__).parents[2]


def test_it_is_used_with_what_it_prints_and_ends_with_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aidgraph", "store", "neo4j", "--home", str(tmp_path)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = dict(process.stdout.readline().split() for _ in range(4))
        store = open_store(told["address"], tmp_path, Access(told["user"], told["password"]))
        try:
            assert store.read("RETURN 1 AS x") == [{"x": 1}]
        finally:
            store.close()
            process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert not answers(urlsplit(told["address"]).port or 0)
    assert new_server(tmp_path / "neo4j").known
