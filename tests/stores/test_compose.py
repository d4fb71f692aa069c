"""The compose file: by its specification, with variables that the settings know, no passwords."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from compose_spec import PyCompose

from aidgraph.settings import Settings
from graph_loader.stores.neo4j_server import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
TEXT: Final = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FILE: Final[dict[str, Any]] = yaml.safe_load(TEXT)
SERVICES: Final[dict[str, Any]] = FILE["services"]
PASSWORDS: Final = {"AIDGRAPH_STORE_PASSWORD", "POSTGRES_PASSWORD"}


def test_it_keeps_to_the_specification() -> None:
    told = PyCompose.from_yaml(TEXT)
    told.validate()
    assert sorted(told.service_names()) == ["graph", "records", "service"]
    with pytest.raises(ValueError, match="helthcheck"):
        PyCompose.from_yaml(TEXT.replace("healthcheck", "helthcheck"))


def test_every_service_tells_its_health_and_waits_for_that_of_others() -> None:
    assert all(service["healthcheck"]["test"] for service in SERVICES.values())
    waits = SERVICES["service"]["depends_on"]
    assert waits == {name: {"condition": "service_healthy"} for name in ("graph", "records")}


def test_what_a_service_keeps_is_in_a_volume_that_is_declared() -> None:
    kept = {name: service["volumes"][0].split(":") for name, service in SERVICES.items()}
    assert {volume for volume, _ in kept.values()} == set(FILE["volumes"])
    assert SERVICES["service"]["environment"]["AIDGRAPH_HOME"] == kept["service"][1]


def test_nothing_is_reached_from_another_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def variables() -> Iterator[str]:
    """What the compose file and the image set of ours, and what `.env` gives them."""
    for service in SERVICES.values():
        yield from service["environment"]
    yield from re.findall(r"\$\{(\w+)", TEXT)
    yield from re.findall(r"\b(AIDGRAPH_\w+)=", (ROOT / "Dockerfile").read_text(encoding="utf-8"))


def test_every_variable_of_ours_is_one_that_the_settings_know() -> None:
    ours = {name for name in variables() if name.startswith("AIDGRAPH_")}
    assert len(ours) >= 6
    known = {f"AIDGRAPH_{name.upper()}" for name in Settings.model_fields}
    assert ours - known == set()


def test_the_settings_take_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES["service"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+[^}]*\}", "secret", str(value)))
    settings = Settings()
    assert settings.store == "bolt://graph:7687"
    assert settings.store_access.password == "secret"  # noqa: S105
    assert settings.records_url == "postgresql+psycopg://aidgraph:secret@records:5432/aidgraph"
    assert "secret" not in repr(settings.store_password)
    assert "secret" not in repr(settings.store_access)


def test_no_password_is_written_and_none_has_a_default() -> None:
    asked = {
        match["name"]: match["rest"]
        for match in re.finditer(r"\$\{(?P<name>\w*PASSWORD)(?P<rest>[^}]*)\}", TEXT)
    }
    assert asked == dict.fromkeys(PASSWORDS, ":?say make env")
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            assert "${" in str(value) or not re.search("PASSWORD|AUTH|DATABASE_URL", name)


def as_setting(name: str) -> str:
    """The setting that a variable of the image stands for."""
    return name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_")


def test_the_image_is_closed_as_our_own_server_is() -> None:
    own = dict(line.split("=", 1) for line in SETTINGS.splitlines())
    image = {
        as_setting(name): str(value)
        for name, value in SERVICES["graph"]["environment"].items()
        if name != "NEO4J_AUTH"
    }
    for name in (
        "dbms.security.allow_csv_import_from_file_urls",
        "internal.dbms.cypher_ip_blocklist",
        "dbms.usage_report.enabled",
        "db.transaction.timeout",
    ):
        assert image[name] == own[name]
    assert image["server.directories.import"] == "/import"
    assert set(image) <= set(own)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    return tmp_path


def made(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "env"],  # noqa: S607
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_env_writes_random_passwords_once(folder: Path) -> None:
    assert made(folder).returncode == 0
    first = (folder / ".env").read_text(encoding="utf-8")
    told = dict(line.split("=", 1) for line in first.splitlines())
    assert set(told) == PASSWORDS
    assert len(set(told.values())) == 2
    assert all(re.fullmatch(r"[\w-]{32}", password) for password in told.values())
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    again = made(folder)
    assert (again.returncode, ".env is there already" in again.stderr) == (2, True)
    assert (folder / ".env").read_text(encoding="utf-8") == first
    (folder / ".env").unlink()
    made(folder)
    assert (folder / ".env").read_text(encoding="utf-8") != first


def test_passwords_never_enter_the_repository_or_the_image() -> None:
    for name in (".gitignore", ".dockerignore"):
        assert ".env" in (ROOT / name).read_text(encoding="utf-8").splitlines()
