"""The annotations of ingress-nginx, parsed as it parses them (``internal/ingress/annotations``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from kubelens.kube.go_int import parse_int
from kubelens.kube.network import Ingress

PREFIX: Final = "nginx.ingress.kubernetes.io/"
_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE: Final = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_PLAIN: Final = r"\-._~a-zA-Z0-9/:"
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "bool": re.compile("|".join(sorted(_TRUE | _FALSE))),
    "int": re.compile(r"[+-]?[0-9]+"),
    "path": re.compile(rf"/?[{_PLAIN}$]*"),
    "url": re.compile(rf"[{_PLAIN},?&=]*"),
    "basic": re.compile(rf"[{_PLAIN} ]*"),
    "regex": re.compile(rf"[{_PLAIN}\^$\[\](){{}}*+?|&=\\]*"),
    "server-names": re.compile(rf"[{_PLAIN}\^$\[\](){{}}*+?|&=\\, ]*"),
    "service": re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"),
}


class Influences(Struct, frozen=True):
    """Names of annotations (without prefix) by what they do to where a request ends."""

    modelled: frozenset[str]
    assumed: frozenset[str]
    none: frozenset[str]
    refused: frozenset[str]
    strict: frozenset[str]
    check: Mapping[str, str]


@cache
def influences() -> Influences:
    """What is known of every annotation."""
    import tomllib  # noqa: PLC0415 - only where there are Ingresses

    data = tomllib.loads(Path(__file__).with_name("annotations.toml").read_text(encoding="utf-8"))
    groups = {name: frozenset(names) for name, names in data["influence"].items()}
    return Influences(**groups, strict=frozenset(data["strict"]), check=data["check"])


class Canary(Struct, frozen=True):
    """When a canary takes a request. ``weight`` of ``total``; names and values are ``""`` where not written."""

    weight: int
    total: int
    header: str
    header_value: str
    header_pattern: str
    cookie: str


class Annotations(Struct, frozen=True):
    """What the annotations of one Ingress say; ``redirect`` is (URL, code)."""

    rewrite_target: str = ""
    use_regex: bool = False
    app_root: str = ""
    ssl_redirect: bool = True
    force_ssl_redirect: bool = False
    preserve_trailing_slash: bool = False
    redirect: tuple[str, int] | None = None
    from_to_www: bool = False
    canary: Canary | None = None
    aliases: tuple[str, ...] = ()
    ssl_passthrough: bool = False
    default_backend: str = ""
    upstream_vhost: str = ""
    answers_options: bool = False
    service_upstream: bool = False


class Parsed(Struct, frozen=True):
    """Annotations, why the controller does not load the Ingress (``""``: it does), and names of three kinds.

    ``assumed`` may refuse or limit requests; ``unknown`` are none of this controller's.
    """

    annotations: Annotations
    refused: str
    assumed: tuple[str, ...]
    unknown: tuple[str, ...]


def parse_annotations(ingress: Ingress) -> Parsed:
    """The annotations of an Ingress as the controller reads them (``Extract``)."""
    known = influences()
    written = {
        name.removeprefix(PREFIX): value
        for name, value in ingress.resource.annotations.items()
        if name.startswith(PREFIX)
    }
    refused = ""
    values: dict[str, str] = {}
    for name, value in written.items():
        if name in known.refused:
            refused = refused or f"annotation {PREFIX}{name} is above the risk level that is allowed by default"
        form = known.check.get(name, "")
        if form and value and _FORMS[form].fullmatch(value) is None:
            if name in known.strict:
                refused = refused or f"annotation {PREFIX}{name} has no valid value"
            continue
        values[name] = value
    every = known.modelled | known.assumed | known.none | known.refused
    return Parsed(
        _annotations(values),
        refused,
        tuple(sorted(n for n in written if n in known.assumed)),
        tuple(sorted(n for n in written if n not in every)),
    )


def _annotations(values: Mapping[str, str]) -> Annotations:
    redirect, from_to_www = _redirect(values)
    origin = values.get("cors-allow-origin", "*")
    return Annotations(
        rewrite_target=values.get("rewrite-target", ""),
        use_regex=_flag(values, "use-regex", False),
        app_root=_app_root(values.get("app-root", "")),
        ssl_redirect=_flag(values, "ssl-redirect", True),
        force_ssl_redirect=_flag(values, "force-ssl-redirect", False),
        preserve_trailing_slash=_flag(values, "preserve-trailing-slash", False),
        redirect=redirect,
        from_to_www=from_to_www,
        canary=_canary(values),
        aliases=tuple(sorted({a.strip() for a in values.get("server-alias", "").split(",") if a.strip()})),
        ssl_passthrough=_flag(values, "ssl-passthrough", False),
        default_backend=values.get("default-backend", ""),
        upstream_vhost=values.get("upstream-vhost", ""),
        answers_options=_flag(values, "enable-cors", False) and origin.strip() in ("", "*"),
        service_upstream=_flag(values, "service-upstream", False),
    )


def _flag(values: Mapping[str, str], name: str, default: bool) -> bool:
    value = values.get(name, "")
    return value in _TRUE if value else default


def _number(values: Mapping[str, str], name: str, default: int) -> int:
    value = values.get(name, "")
    return (parse_int(value) or 0) if value else default


def _app_root(value: str) -> str:
    """A path from the root on; anything else is passed over (``url.ParseRequestURI``)."""
    return value if value.startswith("/") else ""


def _redirect(values: Mapping[str, str]) -> tuple[tuple[str, int] | None, bool]:
    """(URL and code, whether www comes and goes): temporal before permanent (``redirect.Parse``)."""
    www = _flag(values, "from-to-www-redirect", False)
    if temporal := values.get("temporal-redirect", ""):
        code = _number(values, "temporal-redirect-code", 302)
        if not urlsplit(temporal).scheme.startswith("http"):
            return None, False
        return (temporal, code if 300 <= code <= 307 else 302), www
    if permanent := values.get("permanent-redirect", ""):
        code = _number(values, "permanent-redirect-code", 301)
        return (permanent, code if 300 <= code <= 308 else 301), www
    return None, www


def _canary(values: Mapping[str, str]) -> Canary | None:
    if not _flag(values, "canary", False):
        return None
    total = _number(values, "canary-weight-total", 100)
    return Canary(
        _number(values, "canary-weight", 0),
        total if total > 100 else 100,
        values.get("canary-by-header", ""),
        values.get("canary-by-header-value", ""),
        values.get("canary-by-header-pattern", ""),
        values.get("canary-by-cookie", ""),
    )
