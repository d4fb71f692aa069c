"""An authority of a test's own, and a certificate for the loopback that it signed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files: who vouches, the key, and the certificate of 127.0.0.1 and of no name."""

    authority: Path
    key: Path
    certificate: Path


def signed(folder: Path, name: str) -> Certificates:
    """An authority and what it signed; made by `openssl`, which every Debian has."""
    ca, ca_key = folder / f"{name}-ca.pem", folder / f"{name}-ca.key"
    request, key, certificate = (folder / f"{name}.{end}" for end in ("csr", "key", "pem"))
    extra = folder / f"{name}.ext"
    extra.write_text("subjectAltName=IP:127.0.0.1\n", encoding="utf-8")
    self_signed = ("-x509", "-days", "2", "-subj", f"/CN={name} authority")
    run("req", *KEY, *self_signed, "-keyout", str(ca_key), "-out", str(ca))
    run("req", *KEY, "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request))
    by = ("-CA", str(ca), "-CAkey", str(ca_key), "-CAcreateserial", "-extfile", str(extra))
    run("x509", "-req", "-in", str(request), *by, "-days", "2", "-out", str(certificate))
    return Certificates(ca, key, certificate)


def run(*arguments: str) -> None:
    """`openssl`, quietly."""
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)  # noqa: S603, S607
