"""Argo CD's AppProject: which sources and destinations its Applications may have.

Upstream: ``pkg/apis/application/v1alpha1/app_project_types.go`` (``IsSourcePermitted``, ``isDestinationMatched``),
``util/git`` (``NormalizeGitURL``), ``util/glob``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.controllers.argo_application import GROUP
from kubelens.render.chart.patterns import BadPattern, glob_pattern
from kubelens.syntax.place import Step

_SSH: Final = re.compile(r"(ssh://)?[^/:]*?@[^@]+")
_ITSELF: Final = ("in-cluster", "https://kubernetes.default.svc")
"""Name and address of the cluster that Argo CD runs in."""


class Forbidden(Struct, frozen=True):
    """What an Application asks for and its project does not permit.

    ``path``: where the Application says so; ``what``: the end of "may not ..."; ``project`` has what is permitted at ``list``.
    """

    path: tuple[Step, ...]
    what: str
    project: Resource
    list: str


class ForbiddenIn(Struct, frozen=True):
    """What does the project of an Application not permit? Nothing where the project is not among the manifests."""

    application: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Forbidden, ...]]:
        """Sources in their order, then the destination. Quiet about what only the cluster knows, and about variables."""
        one = self.application
        if one.gvk.group != GROUP or one.kind != "Application" or one.partial:
            return Prediction(())
        project = ask.bundle.get("AppProject", one.namespace, fields.text(one.spec, "project"), group=GROUP)
        if project is None or project.partial or not project.spec:
            return Prediction(())
        return Prediction((*_sources(one.spec, project), *_destination(one.spec, project)))


def _sources(spec: Mapping[str, Any], project: Resource) -> Iterator[Forbidden]:
    permitted = fields.texts(project.spec, "sourceRepos")
    if any(map(_is_open, permitted)) or "sourceHydrator" in spec:
        return
    several: list[tuple[tuple[Step, ...], Mapping[str, Any]]] = [
        (("spec", "sources", index), source) for index, source in fields.items(spec, "sources")
    ]
    for path, source in several or [(("spec", "source"), fields.mapping(spec, "source"))]:
        address = fields.text(source, "repoURL")
        if address and not _is_open(address) and not _is_permitted(address, permitted):
            yield Forbidden((*path, "repoURL"), f"take from {address}", project, "sourceRepos")


def _is_permitted(address: str, permitted: tuple[str, ...]) -> bool:
    wanted = _normal(address)
    found = False
    for pattern in permitted:
        denies = pattern.startswith("!")
        matches = _matches(_normal(pattern.removeprefix("!")), wanted)
        if denies and matches:
            return False
        found = found or matches != denies
    return found


def _destination(spec: Mapping[str, Any], project: Resource) -> Iterator[Forbidden]:
    destination = fields.mapping(spec, "destination")
    name, server, namespace = (fields.text(destination, key) for key in ("name", "server", "namespace"))
    if bool(name) == bool(server) or any(map(_is_open, (name, server, namespace))):
        return
    if name == _ITSELF[0] or server == _ITSELF[1]:
        name, server = _ITSELF
    at = "name" if name and "name" in destination else "server"
    for _, item in fields.items(project.spec, "destinations"):
        patterns = [fields.text(item, key) for key in ("name", "server", "namespace")]
        if any(_is_open(one) or one.startswith("!") for one in patterns):
            return
        # Of another cluster only the name or the address is written here: the one that is not may be what is permitted.
        cluster = any(
            bool(pattern) and (not known or _matches(_wide(pattern), known))
            for pattern, known in zip(patterns, (name, server), strict=False)
        )
        if cluster and _matches(_wide(patterns[2]), namespace):
            return
        if cluster and "namespace" in destination:
            at = "namespace"
    where = f"cluster {destination.get('name') or server}" + (f", namespace {namespace}" if namespace else "")
    yield Forbidden(("spec", "destination", at), f"be applied to {where}", project, "destinations")


def _is_open(text: str) -> bool:
    """Whether something fills a text in before it counts."""
    return "{{" in text or has_variable(text)


def _wide(pattern: str) -> str:
    """A pattern whose stars stop at nothing."""
    return re.sub(r"\*+", "**", pattern)


def _matches(pattern: str, text: str) -> bool:
    if pattern == "*":
        return True
    try:
        return glob_pattern(pattern).search(text) is not None
    except BadPattern:
        return False


def _normal(address: str) -> str:
    """An address as Argo CD compares it: in small letters, without ``.git``, one form for both of SSH's."""
    found = address.strip().lower()
    if _SSH.fullmatch(found) and not found.startswith("ssh://"):
        found = f"ssh://{found.replace(':', '/', 1)}"
    return found.removesuffix(".git").removeprefix("ssh://")
