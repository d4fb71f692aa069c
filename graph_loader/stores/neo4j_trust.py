"""Whom a connection to Neo4j trusts, and whether it failed for want of trust."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import neo4j

from graph_loader.stores.protocol import StoreError

if TYPE_CHECKING:
    from graph_loader.stores.protocol import Access

BOLT: Final = 7687
PROBING: Final = 10.0  # seconds for a handshake


def trusting(url: str, access: Access) -> tuple[str, dict[str, Any]]:
    """The address for the driver, and whom it trusts: the machine's authorities, or ours alone.

    Raises:
        StoreError: where the settings contradict each other, or name a file that is not there.
    """
    if access.authority is None:
        return url, {}
    scheme = urlsplit(url).scheme
    if scheme.endswith("+ssc"):
        raise StoreError(
            f"`{scheme}` trusts whoever answers: write `+s` in AIDGRAPH_STORE, or leave out "
            "AIDGRAPH_STORE_AUTHORITY."
        )
    if not access.authority.is_file():
        says = f"There is no file {access.authority}, which AIDGRAPH_STORE_AUTHORITY names."
        raise StoreError(says)
    authority = neo4j.TrustCustomCAs(str(access.authority))
    plain = url.replace("+s://", "://", 1)  # what `+s` means, said by the next line
    return plain, {"encrypted": True, "trusted_certificates": authority}


def mistrusted(error: BaseException, url: str, access: Access) -> bool:
    """Whether it was for want of trust that a connection failed: to try again changes nothing.

    Where the driver asked for a routing table it does not say, so that the server is asked again.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    parts = urlsplit(url)
    encrypted = parts.scheme.endswith("+s") or access.authority is not None
    if not encrypted or not parts.scheme.startswith("neo4j") or parts.hostname is None:
        return False
    authority = str(access.authority) if access.authority else None
    try:
        context = ssl.create_default_context(cafile=authority)
        with (
            socket.create_connection((parts.hostname, parts.port or BOLT), PROBING) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname),
        ):
            return False
    except ssl.SSLError:
        return True
    except OSError:
        return False
