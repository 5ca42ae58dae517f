"""Other linters' suppression annotations, honoured under ``--compat``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.engine.suppression import Suppression
from kubelens.kube.manifest import Manifest
from kubelens.kube.resource import Resource
from kubelens.syntax.place import locate

_POLARIS: Final = re.compile(r"polaris\.fairwinds\.com/(.+)-exempt\Z")
_CHECKOV: Final = re.compile(r"(?:checkov|bridgecrew|cortex)\.io/skip")


def compat_suppressions(manifest: Manifest, resource: Resource, tools: Iterable[str]) -> Iterator[Suppression]:
    """The requests that other tools' annotations on an object stand for; their ids are our rules' aliases."""
    tools = tuple(tools)
    for key, value in resource.annotations.items():
        rules = tuple(_rules(key, value, tools))
        if rules:
            place = resource.place.at("metadata", "annotations", key)
            covers = locate(manifest.document, resource.place)
            yield Suppression(manifest.uri, locate(manifest.document, place), covers, rules, reason=value)


def _rules(key: str, value: str, tools: tuple[str, ...]) -> Iterator[str]:
    if "kube-linter" in tools and key.startswith("ignore-check.kube-linter.io/"):
        yield f"kube-linter:{key.partition('/')[2]}"
    if "kube-score" in tools and key == "kube-score/ignore":
        yield from (f"kube-score:{name.strip()}" for name in value.split(",") if name.strip())
    if "polaris" in tools and value == "true" and (match := _POLARIS.match(key)):
        yield f"polaris:{match[1]}"
    if "checkov" in tools and _CHECKOV.match(key):
        yield f"checkov:{value.partition('=')[0].strip()}"
