"""One household explained: in the process, and over HTTP as a reader of the pages asks for it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import httpx
import numpy as np

from audit.users import NewUser, add
from matching.run import run_table
from tests.benchmarks.clock import ROOT, cost_of, peak_mib
from tests.benchmarks.county import WHOLE, road_at, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import polars as pl

ASKED: Final = 400
PATIENCE: Final = 900.0
HOST: Final = "127.0.0.1"
COUNTY: Final = "330382"
LISTS: Final = ("/figures", "/findings")


def explain(home: Path, _: int) -> dict[str, Any]:
    """All programmes of some households with their reasons, in this process."""
    road = road_at(home)
    ready = step("population and decisions", lambda: road.decided)
    ids = sampled(road.population.households["id"])
    road.explain(ids[0], "zh")
    seconds = [cost_of(partial(road.explain, one, "zh")).wall for one in ids]
    return {"steps": [ready], **spread(seconds), "peak_mib": peak_mib()}


def serve(home: Path, _: int) -> dict[str, Any]:
    """The same over HTTP with sign-in, scope and journal; and what the first pages ask for."""
    road = road_at(home)
    login = f"bench-{secrets.token_hex(4)}"
    password = add(road.records, NewUser(login, login, "aid_section", COUNTY))
    ids = sampled(run_table(road.settings.runs, road.run, "decisions")["household"].drop_nulls())
    with (
        serving(home) as (where, ready),
        httpx.Client(base_url=f"{where}/api/v1", timeout=PATIENCE, trust_env=False) as client,
    ):
        said = client.post("/session", json={"login": login, "password": password})
        said.raise_for_status()
        paths = [f"/households/{one}?purpose=benchmark" for one in ids]
        told = {"ready_wall": ready, "household": asked(client, paths)}
        for path in LISTS:
            told[path] = asked(client, [path] * 30)
    return told


def sampled(ids: pl.Series) -> list[str]:
    """Some ids, always the same ones."""
    known = ids.unique().sort()
    return known.sample(min(ASKED, len(known)), seed=1).to_list()


def asked(client: httpx.Client, paths: Sequence[str]) -> dict[str, float]:
    """How long the answers took, after a first one."""
    client.get(paths[0]).raise_for_status()
    seconds, sizes = [], []
    for path in paths:
        begun = time.perf_counter()
        answer = client.get(path).raise_for_status()
        seconds.append(time.perf_counter() - begun)
        sizes.append(len(answer.content))
    return spread(seconds) | {"kib": float(np.median(sizes)) / 1024}


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """The middle and the slowest of a hundred, in milliseconds."""
    p50, p99 = np.quantile(seconds, [0.5, 0.99]) * 1000
    return {"asked": len(seconds), "p50_ms": float(p50), "p99_ms": float(p99)}


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, float]]:
    """A service of its own on a free port: where it is, and the seconds until it answered."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "aidgraph", "serve", "--home", str(home), "--port", str(port)]
    begun = time.perf_counter()
    with (home / "serve.log").open("w", encoding="utf-8") as log:
        whole = {**os.environ, "AIDGRAPH_PART": str(WHOLE)}
        served = subprocess.Popen(command, cwd=ROOT, env=whole, stdout=log, stderr=log)  # noqa: S603
        try:
            wait(f"http://{HOST}:{port}", served)
            yield f"http://{HOST}:{port}", time.perf_counter() - begun
        finally:
            served.terminate()
            served.wait(60)


def wait(where: str, served: subprocess.Popen[bytes]) -> None:
    """Until the service says that it is well.

    Raises:
        TimeoutError: when it ended, or did not answer in time.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and served.poll() is None:
        try:
            if httpx.get(f"{where}/api/v1/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise TimeoutError(f"{where} did not answer; see serve.log")
