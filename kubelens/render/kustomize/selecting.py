"""Which objects a selector means (api ``types.SelectorRegex``, ``resmap.Select``; apimachinery ``labels.Parse``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kubelens.kube.selector import Operator, Requirement
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.identity import Gvk, ResId
from kubelens.render.kustomize.pattern import anchored
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.settings import Selector, SourceSelector

_TOKEN: Final = re.compile(r"\s*(==|!=|=|>|<|!|,|\(|\)|[^\s=!<>,()]+)")
_COMPARING: Final = {"=": Operator.IN, "==": Operator.IN, "!=": Operator.NOT_IN, ">": Operator.GT, "<": Operator.LT}


def matches_gvk(selector: Selector, gvk: Gvk) -> bool:
    """Whether each part of the type that the selector tells matches."""
    return (
        (not selector.group or anchored(str(selector.group)).matches(gvk.group))
        and (not selector.version or anchored(str(selector.version)).matches(gvk.version))
        and (not selector.kind or anchored(str(selector.kind)).matches(gvk.kind))
    )


def matches_name(selector: Selector, name: str) -> bool:
    """Whether the name matches, or none is asked for."""
    return not selector.name or anchored(str(selector.name)).matches(name)


def matches_namespace(selector: Selector, namespace: str) -> bool:
    """Whether the namespace matches, or none is asked for."""
    return not selector.namespace or anchored(str(selector.namespace)).matches(namespace)


def check_patterns(selector: Selector) -> None:
    """Refuse a selector that holds no regular expression where one belongs."""
    for pattern in (selector.group, selector.version, selector.kind, selector.name, selector.namespace):
        if pattern:
            try:
                anchored(str(pattern))
            except BuildFault as fault:
                raise fault.at(pattern) from None


def selects(selector: Selector, resource: Resource) -> bool:
    """Whether a patch's target means the object: by what it is or was when it was read."""
    original, current = resource.original_id, resource.current_id
    return (
        (
            matches_namespace(selector, original.effective_namespace)
            or matches_namespace(selector, current.effective_namespace)
        )
        and (matches_name(selector, original.name) or matches_name(selector, current.name))
        and matches_gvk(selector, resource.gvk)
        and matches_labels(selector, resource)
    )


def matches_labels(selector: Selector, resource: Resource) -> bool:
    """Whether labels and annotations are as the selector asks."""
    if selector.label_selector:
        labels = {name: value.value for name, value in resource.labels().items()}
        if not all(one.matches(labels) for one in parse_selector(str(selector.label_selector))):
            return False
    if selector.annotation_selector:
        annotations = {name: value.value for name, value in resource.annotations().items()}
        if not all(one.matches(annotations) for one in parse_selector(str(selector.annotation_selector))):
            return False
    return True


def selects_id(selector: Selector, one: ResId) -> bool:
    """Whether a replacement's target means an identity."""
    return (
        matches_gvk(selector, one.gvk)
        and matches_name(selector, one.name)
        and matches_namespace(selector, one.namespace)
    )


def is_source(selector: SourceSelector, one: ResId) -> bool:
    """Whether a replacement's source is an identity (``ResId.IsSelectedBy``): no patterns here."""
    wanted = Gvk(str(selector.group), str(selector.version), str(selector.kind))
    return (
        (not selector.name or selector.name == one.name)
        and (not selector.namespace or selector.namespace == one.effective_namespace)
        and one.gvk.is_selected(wanted)
    )


@lru_cache(maxsize=256)
def parse_selector(text: str) -> tuple[Requirement, ...]:
    """The requirements in ``app=x,tier in (a, b),!old``."""
    tokens = _tokens(text)
    found: list[Requirement] = []
    at = 0
    while at < len(tokens):
        if tokens[at] == ",":
            at += 1
            continue
        requirement, at = _requirement(tokens, at, text)
        found.append(requirement)
        if at < len(tokens) and tokens[at] != ",":
            raise _unreadable(f"found '{tokens[at]}', expected: ',' or 'end of string'")
    return tuple(found)


def _requirement(tokens: list[str], at: int, text: str) -> tuple[Requirement, int]:
    if tokens[at] == "!":
        if at + 1 >= len(tokens):
            raise _unreadable("found '', expected: identifier")
        return Requirement(tokens[at + 1], Operator.DOES_NOT_EXIST), at + 2
    key = tokens[at]
    operator = tokens[at + 1] if at + 1 < len(tokens) else ","
    if operator == ",":
        return Requirement(key, Operator.EXISTS), at + 1
    if operator in _COMPARING:
        value = tokens[at + 2] if at + 2 < len(tokens) and tokens[at + 2] != "," else ""
        return Requirement(key, _COMPARING[operator], (value,)), at + (3 if value else 2)
    if operator in ("in", "notin"):
        if at + 2 >= len(tokens) or tokens[at + 2] != "(" or ")" not in tokens[at + 3 :]:
            raise _unreadable(f"found '{''.join(tokens[at + 2 : at + 3])}', expected: '('")
        end = tokens.index(")", at + 3)
        values = tuple(token for token in tokens[at + 3 : end] if token != ",")
        return Requirement(key, Operator.IN if operator == "in" else Operator.NOT_IN, values), end + 1
    raise _unreadable(f"found '{operator}', expected: in, notin, =, ==, !=, gt, lt")


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _unreadable(reason: str) -> BuildFault:
    return BuildFault(f"unable to parse requirement: {reason}")
