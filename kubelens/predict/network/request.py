"""A request as a client makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
"""By scheme the port that a URL without one means."""


class Request(Struct, frozen=True):
    """``path`` without its query; ``headers`` and ``query`` as sorted pairs, header names in lower case.

    ``host`` is without port and in lower case, ``""`` where the client names none.
    """

    scheme: str = "http"
    host: str = ""
    port: int = 80
    path: str = "/"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return dict(self.headers).get(name.lower())

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter; names are compared as they are written."""
        return next((value for key, value in self.query if key == name), None)

    def __str__(self) -> str:
        return f"{self.method} {self.scheme}://{self.host or '*'}{self.path}"


def read_request(url: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Request:
    """A request from a URL, ``host/path`` or ``/path``.

    Raises:
        ValueError: the URL has a scheme other than http and https, or a port that is no number.
    """
    text = url if "://" in url else f"http://{url}" if not url.startswith("/") else f"http:{'//'}{url}"
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError(f"{url!r} is no http or https URL")
    return Request(
        scheme=parts.scheme,
        host=(parts.hostname or "").lower().rstrip("."),
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        path=parts.path or "/",
        method=method.upper(),
        headers=tuple(sorted((k.lower(), v) for k, v in (headers or {}).items())),
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
    )
