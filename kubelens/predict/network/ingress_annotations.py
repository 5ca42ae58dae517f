"""What the annotations of ingress-nginx change about where a request ends (its documentation, "Annotations")."""

from __future__ import annotations

import re
from typing import Final

from kubelens.kube.network import Ingress
from kubelens.predict.network.controllers import ControllerProfile, controller_profiles
from kubelens.predict.network.destination import Redirect
from kubelens.predict.network.path_match import matches_one_label
from kubelens.predict.network.request import Request

_PERMANENT: Final = 301
_TEMPORARY: Final = 302
_HTTPS_REDIRECT: Final = 308
_NEVER: Final = 1e-12


def unmodelled(ingress: Ingress, profile: ControllerProfile | None) -> list[str]:
    """Annotations of controllers that may change the answer and are not taken into account."""
    found = []
    for name in ingress.resource.annotations:
        for known in controller_profiles().values():
            if not name.startswith(known.prefix):
                continue
            own = name.removeprefix(known.prefix)
            applies = profile is None or known.name == profile.name
            modelled = profile is not None and own in known.modelled
            if applies and not modelled and own not in known.inert:
                found.append(name)
    return sorted(found)


def _value(ingress: Ingress, profile: ControllerProfile | None, name: str) -> str:
    if profile is None or name not in profile.modelled:
        return ""
    return str(ingress.resource.annotations.get(profile.prefix + name, ""))


def own_redirect(ingress: Ingress, profile: ControllerProfile | None, request: Request) -> Redirect | None:
    """The redirect a controller answers with before any backend: to https, to another place, to the app's root."""
    if target := _value(ingress, profile, "permanent-redirect"):
        return Redirect(int(_value(ingress, profile, "permanent-redirect-code") or _PERMANENT), path=target)
    if target := _value(ingress, profile, "temporal-redirect"):
        return Redirect(int(_value(ingress, profile, "temporal-redirect-code") or _TEMPORARY), path=target)
    if profile is not None and profile.name == "nginx" and request.scheme == "http":
        covered = any(matches_one_label(host, request.host) for tls in ingress.tls for host in tls.hosts)
        wanted = _value(ingress, profile, "ssl-redirect") != "false" and covered
        if wanted or _value(ingress, profile, "force-ssl-redirect") == "true":
            return Redirect(_HTTPS_REDIRECT, scheme="https")
    if (root := _value(ingress, profile, "app-root")) and request.path == "/":
        return Redirect(_TEMPORARY, path=root)
    return None


def rewritten(
    ingress: Ingress, profile: ControllerProfile | None, path: str, regex: bool, request: Request
) -> str | None:
    """The path a backend sees under ``rewrite-target``; None where nothing rewrites it."""
    target = _value(ingress, profile, "rewrite-target")
    if not target:
        return None
    if not regex:
        return target if "$" not in target else None
    found = re.match(path, request.path, re.IGNORECASE)
    if found is None:
        return None
    return re.sub(
        r"\$(\d)", lambda m: (found.group(int(m[1])) or "") if int(m[1]) <= len(found.groups()) else "", target
    )


def canary_share(ingress: Ingress, profile: ControllerProfile | None, request: Request) -> float | None:
    """The share of requests a canary Ingress takes; None where the Ingress is none. Header first, then weight."""
    if _value(ingress, profile, "canary") != "true":
        return None
    if name := _value(ingress, profile, "canary-by-header"):
        sent = request.header(name)
        wanted = _value(ingress, profile, "canary-by-header-value")
        if sent is not None:
            if wanted:
                if sent == wanted:
                    return 1.0
            elif sent in ("always", "never"):
                return 1.0 if sent == "always" else _NEVER
    weight = int(_value(ingress, profile, "canary-weight") or 0)
    total = int(_value(ingress, profile, "canary-weight-total") or 100)
    return max(weight / total, _NEVER)
