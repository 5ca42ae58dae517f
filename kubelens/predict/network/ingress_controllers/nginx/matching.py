"""Which server and which location of an nginx configuration take a request.

Follows ``nginx.tmpl``, ``template.go`` (``buildServerName``, ``buildLocation``) and nginx's own order of names and
locations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kubelens import regexp
from kubelens.kube.go_int import parse_int
from kubelens.predict.network.ingress_controllers.nginx.configuration import (
    DEFAULT_SERVER,
    EXACT,
    Configuration,
    Location,
    Server,
)


class Unreadable(Exception):  # noqa: N818 - a condition, told to the user
    """A path is no regular expression that can be followed here."""


class SlashAdded(Struct, frozen=True):
    """nginx itself redirects to the path with a slash: a location of that name ends in one."""

    location: Location


def find_server(configuration: Configuration, host: str) -> Server:
    """The server of a host: by its name or alias, then by wildcards in the order of their names, else the default one."""
    servers = configuration.servers
    if host in servers and not host.startswith("*"):
        return servers[host]
    ordered = [servers[name] for name in sorted(servers)]
    for server in ordered:
        if host in server.aliases:
            return server
    for server in ordered:
        if any(_fits_wildcard(alias, host) for alias in server.aliases):
            return server
    for server in ordered:
        if server.host.startswith("*.") and _fits_one_label(server.host, host):
            return server
        if any(_fits_pattern(alias, host) for alias in server.aliases):
            return server
    return servers[DEFAULT_SERVER]


def www_redirect(configuration: Configuration, host: str) -> str | None:
    """The host that another one is redirected to by from-to-www-redirect (``BuildRedirects``), None where none is."""
    for server in configuration.servers.values():
        if not server.from_to_www:
            continue
        other = server.host.removeprefix("www.") if server.host.startswith("www.") else f"www.{server.host}"
        if other == host and other not in configuration.servers:
            return server.host
    return None


def certified(configuration: Configuration, host: str) -> Iterator[Server]:
    """The servers whose certificate a host has: its own, and the wildcard above it (``get_pem_cert_uid``)."""
    _, dot, rest = host.partition(".")
    for name in (host, f"*.{rest}" if dot else ""):
        if name in configuration.servers:
            yield configuration.servers[name]


def find_location(server: Server, uri: str) -> Location | SlashAdded | None:
    """The location of a server that takes a path.

    Raises:
        Unreadable: a path before it is no regular expression that can be followed.
    """
    if server.by_regex:
        return next((location for location in server.locations if fits_regex(location, uri)), None)
    for location in server.locations:
        if location.type == EXACT and location.path == uri:
            return location
    prefixes = [location for location in server.locations if location.type != EXACT and uri.startswith(location.path)]
    longest = max(prefixes, key=lambda location: len(location.path), default=None)
    if longest is None or longest.path != uri:
        for location in server.locations:
            if location.path == f"{uri}/":
                return SlashAdded(location)
    return longest


def fits_regex(location: Location, uri: str) -> bool:
    """Whether a location that is a regular expression takes a path, whatever the case of letters.

    Raises:
        Unreadable: it is none that can be followed.
    """
    return compiled(f"(?i)^{location.path}").search(uri) is not None


def fitting(server: Server, uri: str) -> Iterator[Location]:
    """Every location that would take a path."""
    for location in server.locations:
        try:
            fits = fits_regex(location, uri) if server.by_regex else _fits(location, uri)
        except Unreadable:
            continue
        if fits:
            yield location


def _fits(location: Location, uri: str) -> bool:
    return location.path == uri if location.type == EXACT else uri.startswith(location.path)


def compiled(pattern: str) -> regexp.Regexp:
    """A pattern ready to search with, without going back and forth.

    Raises:
        Unreadable: it is no pattern of RE2, and what PCRE makes of it is not followed.
    """
    try:
        return regexp.compile(pattern)
    except regexp.RegexpError as error:
        raise Unreadable(pattern) from error


def _fits_one_label(wildcard: str, host: str) -> bool:
    label, dot, rest = host.partition(".")
    return bool(dot) and rest == wildcard[2:] and re.fullmatch(r"[\w-]+", label, re.ASCII) is not None


def _fits_wildcard(alias: str, host: str) -> bool:
    """Names with a wildcard at an end, as nginx itself reads them."""
    if alias.startswith("*."):
        return host.endswith(alias[1:]) and len(host) > len(alias) - 1
    return alias.endswith(".*") and host.startswith(alias[:-1])


def _fits_pattern(alias: str, host: str) -> bool:
    if not alias.startswith("~"):
        return False
    try:
        return compiled(alias[1:]).search(host) is not None
    except Unreadable:
        return False


def groups_in(path: str) -> int:
    """How many groups the regular expression of a path has; many where it cannot be followed."""
    try:
        return len(compiled(path).names)
    except Unreadable:
        return 9


def rewritten(location: Location, uri: str) -> str | None:
    """What rewrite-target makes of a path (``buildProxyPass``); None where the request goes on as it came.

    Raises:
        Unreadable: the path is no regular expression that can be followed.
    """
    if not location.rewrites:
        return None
    found = compiled(f"(?i){location.path}").search(uri)
    if found is None:
        return None
    groups: Sequence[str | None] = found.groups()

    def group(match: re.Match[str]) -> str:
        number = parse_int(match[1])
        return (groups[number - 1] or "") if number is not None and number <= len(groups) else ""

    return re.sub(r"\$([1-9])", group, location.annotations.rewrite_target)
