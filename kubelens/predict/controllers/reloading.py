"""Who rolls a workload anew when a ConfigMap or Secret that it reads changes: controllers that clusters have beside Kubernetes.

Kubernetes itself restarts nothing then. What is annotated for such a controller restarts where it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, convert, field

from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Prediction

_TRUE: Final = frozenset({"1", "t", "T", "true", "TRUE", "True"})
"""What ``strconv.ParseBool`` takes for true."""


class OfKind(Struct, frozen=True):
    """The annotations about ConfigMaps alone, or Secrets: see ``reloading.toml``."""

    all: str
    named: str
    excluded: str = field(name="except")


class _Tool(Struct, frozen=True):
    all: str
    rolls: frozenset[str]
    search: str = ""
    match: str = ""
    ignore: str = ""
    kinds: Mapping[str, OfKind] = {}
    template: bool = False


class Reloader(Struct, frozen=True):
    """A controller that rolls a workload, and the annotation that has it do so."""

    name: str
    annotation: str


class ReloaderOf(Struct, frozen=True):
    """Which controller rolls a workload anew when an object that it reads changes? None where no annotation asks for it."""

    workload: Resource
    read: Resource

    def answer(self, ask: Ask) -> Prediction[Reloader | None]:
        """The first of those that are known."""
        for name, tool in _tools().items():
            if self.workload.kind in tool.rolls:
                for said in self._annotations(tool):
                    if annotation := self._asks(tool, said):
                        return Prediction(Reloader(name, annotation))
        return Prediction(None)

    def _annotations(self, tool: _Tool) -> Iterator[Mapping[str, Any]]:
        """Those of the workload; where it has none that counts, those of its Pod template."""
        own = self.workload.annotations
        one = tool.kinds.get(self.read.kind)
        counts = {tool.all, tool.search, *((one.all, one.named) if one is not None else ())}
        if not tool.template or not counts.isdisjoint(own):
            yield own
        elif (workload := read_workload(self.workload)) is not None:
            yield workload.pod.annotations

    def _asks(self, tool: _Tool, said: Mapping[str, Any]) -> str:
        """The annotation that has a controller roll the workload; empty for none."""
        if self.read.annotations.get(tool.ignore) == "true":
            return ""
        one = tool.kinds.get(self.read.kind)
        if one is not None and self.read.name in map(str.strip, str(said.get(one.excluded, "")).split(",")):
            return ""
        for annotation in (tool.all, one.all if one is not None else ""):
            if str(said.get(annotation, "")) in _TRUE:
                return annotation
        if one is not None and any(_is(name, self.read.name) for name in str(said.get(one.named, "")).split(",")):
            return one.named
        if said.get(tool.search) == "true" and self.read.annotations.get(tool.match) == "true":
            return tool.search
        return ""


def _is(written: str, name: str) -> bool:
    """Whether a pattern of an annotation is all of a name."""
    try:
        return bool(written.strip()) and re.fullmatch(written.strip(), name) is not None
    except re.error:
        return False


@cache
def _tools() -> Mapping[str, _Tool]:
    import tomllib  # noqa: PLC0415 - only where configuration changes

    text = Path(__file__).with_name("reloading.toml").read_text(encoding="utf-8")
    return {name: convert(row, _Tool) for name, row in tomllib.loads(text).items()}
