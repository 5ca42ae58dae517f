"""Whether a path or a host of a rule fits a request, as the Ingress and Gateway API texts define it."""

from __future__ import annotations


def elements(path: str) -> tuple[str, ...]:
    """The elements of a path, a trailing slash not counted: ``/aaa/bbb/`` is ``("aaa", "bbb")``."""
    return tuple(path.removesuffix("/").split("/")[1:]) if path.startswith("/") else tuple(path.split("/"))


def is_exact_match(rule: str, path: str) -> bool:
    """Equal, case and trailing slash included (HTTPIngressPath.pathType Exact; PathMatchExact)."""
    return rule == path


def is_prefix_match(rule: str, path: str) -> bool:
    """Element by element (pathType Prefix; PathMatchPathPrefix): ``/aaa/bb`` is no prefix of ``/aaa/bbb``."""
    wanted = elements(rule)
    return elements(path)[: len(wanted)] == wanted


def matches_one_label(rule: str, host: str) -> bool:
    """A host of an Ingress rule: ``*`` stands for exactly one label (IngressRule.host); ``""`` for every host."""
    if not rule:
        return True
    rule = rule.lower()
    if rule.startswith("*."):
        first, dot, rest = host.partition(".")
        return bool(first and dot) and rest == rule[2:]
    return rule == host


def matches_labels(rule: str, host: str) -> bool:
    """A hostname of the Gateway API: ``*.`` stands for one label or more (Hostname); ``""`` for every host."""
    if not rule:
        return True
    rule = rule.lower()
    if rule.startswith("*."):
        return host.endswith(rule[1:]) and len(host) > len(rule[1:])
    return rule == host


def intersection(listener: str, route: str) -> str | None:
    """The narrower of two Gateway API hostnames where one lies within the other; None where they are apart."""
    if not listener or not route or listener == route:
        return route or listener
    for wide, narrow in ((listener, route), (route, listener)):
        if wide.startswith("*.") and (
            matches_labels(wide, narrow.removeprefix("*."))
            or (narrow.startswith("*.") and narrow[1:].endswith(wide[1:]))
        ):
            return narrow
    return None


def specificity(host: str) -> tuple[int, int]:
    """How narrow a hostname is, higher first: characters without wildcard, then characters with one."""
    return (0, len(host)) if host.startswith("*.") or not host else (len(host), len(host))


def replace_prefix(path: str, matched: str, replacement: str) -> str:
    """The path with its matched prefix replaced, with exactly one slash between (HTTPPathModifier ReplacePrefixMatch)."""
    rest = elements(path)[len(elements(matched)) :]
    tail = "/".join(rest) + ("/" if path.endswith("/") and rest else "")
    return (replacement.removesuffix("/") + "/" + tail).removesuffix("/" if not tail else "") or "/"
