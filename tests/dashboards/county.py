"""A small county, its whole road, and the service on it as its own process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from aidgraph.road import Road
from aidgraph.settings import Settings
from audit.users import make_demo_users
from demo.county import make

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
AS_OF = date(2026, 10, 31)
COUNTY, TOWNSHIP = "330382", "330382001"
ENROLLED = "民政在册对象.csv"
PATIENCE = 90.0


@dataclass
class Place:
    """Where it all is, and who may sign in."""

    home: Path
    port: int
    passwords: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def settled(home: Path, households: int = 300) -> Place:
    """Files made, loaded, decided, projected, audited; users made."""
    make(home, households=households)
    walk(home)
    road = Road(Settings(home=home, as_of=AS_OF))
    users = make_demo_users(road.records, region=COUNTY, township=TOWNSHIP)
    road.records.close()
    return Place(home, free_port(), {user.login: user.password for user in users})


def walk(home: Path) -> None:
    """The road from files to findings, anew."""
    road = Road(Settings(home=home, as_of=AS_OF))
    road.load([home / "files"], advance=lambda *_: None)
    road.link()
    road.match()
    road.project(advance=lambda *_: None)
    road.audit()
    road.store.close()
    road.records.close()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def serving(place: Place) -> Iterator[None]:
    """`aidgraph serve`, until the block ends."""
    said = (place.home / "serve.log").open("ab")
    command = [sys.executable, "-m", "aidgraph", "serve", "--home", str(place.home)]
    environment = {**os.environ, "AIDGRAPH_AS_OF": AS_OF.isoformat()}
    service = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", str(place.port)], cwd=ROOT, env=environment, stdout=said, stderr=said
    )
    try:
        wait_for(place, service)
        yield
    finally:
        service.terminate()
        service.wait(60)
        said.close()


def wait_for(place: Place, service: subprocess.Popen[bytes]) -> None:
    """Until the service says that it is ready."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and service.poll() is None:
        try:
            with urllib.request.urlopen(f"{place.url}/api/v1/health", timeout=5) as answer:  # noqa: S310
                if json.load(answer)["ready"]:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError((place.home / "serve.log").read_text(encoding="utf-8"))


def grant(file: Path, name: str, number: str) -> None:
    """One more family at the end of civil affairs' file, under the headers that it has."""
    said = {
        "证号": "CI99999999",
        "项目": "最低生活保障",
        "保障单位": "户",
        "姓名": name,
        "身份证号": number,
        "起始日期": "2026-10-01",
        "月标准（元）": "500.00",
    }
    text = file.read_text(encoding="gb18030")
    row = ",".join(said.get(header, "") for header in text.splitlines()[0].split(","))
    file.write_text(f"{text}{row}\n", encoding="gb18030")


def enrol(place: Place, household: str) -> None:
    """Civil affairs grants the minimum living guarantee to a family, and sends its file again."""
    road = Road(Settings(home=place.home, as_of=AS_OF))
    members = road.population.members.filter(pl.col("household") == household)
    people = road.lake.read("people").collect()
    person = people.filter(pl.col("person").is_in(members["person"].to_list())).row(0, named=True)
    road.records.close()
    grant(place.home / "files" / ENROLLED, person["name"], person["id_number"])
