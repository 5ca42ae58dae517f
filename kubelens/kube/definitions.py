"""What declares custom resources: CustomResourceDefinitions of the manifests, of plugins, and those that come along.

The Gateway API's and the Network Policy API's own definitions come along as data (their experimental channels, which hold the
standard ones), because predictors read their routes and policies as if they were built in. The schemas of common operators do
too, and count where nothing else declares a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from kubelens.kube.catalog import as_of, cataloged_kinds
from kubelens.kube.schema import read_data

if TYPE_CHECKING:
    from kubelens.kube.resource import Resource
    from kubelens.syntax.place import Place

_PACKAGED: Final = {
    "gateway.networking.k8s.io": ("gateway.json.z", "Gateway API"),
    "policy.networking.k8s.io": ("network_policy.json.z", "Network Policy API"),
}
"""By group the file of its definitions and the name of its project."""


_UNHEARD_OF: Final = object()
"""Stands for what is not declared at all, not even twice."""


class Standing(Enum):
    """How surely a definition is the one that a cluster has.

    ``GIVEN``: it stands in the manifests, or somebody gave it; the server judges it first. ``PACKAGED``: it comes along,
    and its project adds but never takes away. ``CATALOGED``: it comes along, of one release of an operator among many.
    ``LOCATED``: a JSON Schema that somebody named a place for.
    """

    GIVEN = "given"
    PACKAGED = "packaged"
    CATALOGED = "cataloged"
    LOCATED = "located"


class JsonSchema(Struct, frozen=True, eq=False):
    """A JSON Schema as read, and others by the URIs that its references lead to; ``trouble``: why it is not read.

    Its own URI stands in it.
    """

    value: Any
    beside: Mapping[str, Any]
    trouble: str = ""


class Definition(Struct, frozen=True, eq=False):
    """One CustomResourceDefinition: its value, and its place and object where it stands in a manifest.

    ``origin`` says in words where another one comes from; equal only to itself, as resources are. The value of a
    cataloged or located one says neither the scope nor the plural; a located one has its schema in ``json_schema``.
    """

    value: Mapping[str, Any]
    place: Place | None = None
    origin: str = ""
    resource: Resource | None = None
    standing: Standing = Standing.GIVEN
    json_schema: JsonSchema | None = None

    @property
    def spec(self) -> Mapping[str, Any]:
        """``spec``, empty where it is missing or no map."""
        spec = self.value.get("spec")
        return spec if isinstance(spec, dict) else {}

    @property
    def slot(self) -> tuple[str, str]:
        """(group, kind) of the objects it declares."""
        names = self.spec.get("names")
        kind = names.get("kind") if isinstance(names, dict) else None
        return str(self.spec.get("group") or ""), str(kind or "")

    @property
    def cluster_scoped(self) -> bool:
        """Whether its objects have no namespace."""
        return self.spec.get("scope") == "Cluster"

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions it serves."""
        listed = self.spec.get("versions")
        return tuple(
            str(version.get("name"))
            for version in (listed if isinstance(listed, list) else ())
            if isinstance(version, dict) and version.get("served") is True
        )


Elsewhere = Callable[[str, str, str], "Definition | None"]
"""What declares a group, kind and version that nothing else does."""


class Definitions:
    """Definitions by what they declare. Of two different ones for a kind neither counts: which one is installed?"""

    def __init__(
        self,
        definitions: Iterable[Definition] = (),
        *,
        offered: Iterable[Definition] = (),
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """``definitions`` stand in the manifests and come before those that are ``offered`` beside them.

        ``elsewhere`` knows what neither declares; without it what comes along counts.
        """
        self._elsewhere = elsewhere or cataloged_definition
        self._by_slot: dict[tuple[str, str], Definition | None] = {one.slot: one for one in offered}
        own: dict[tuple[str, str], Definition | None] = {}
        for one in definitions:
            known = own.get(one.slot, one)
            own[one.slot] = known if known is not None and known.spec == one.spec else None
        self._by_slot.update(own)
        self.cluster_scoped: Final = frozenset(
            slot for slot, one in self._by_slot.items() if one is not None and one.cluster_scoped
        )

    def of(self, group: str, kind: str, version: str = "") -> Definition | None:
        """What declares a kind, None where nothing or more than one thing does.

        What comes along of common operators counts last, and only for the versions it holds.

        A copy of a packaged API among the manifests that is too old for a version counts for nothing: such copies
        come with libraries and tests, and what is installed is hardly older than what is used.
        """
        found = self._by_slot.get((group, kind))
        if found is None and (group, kind) in self._by_slot:
            return None
        if group not in _PACKAGED:
            return found if found is not None else self._elsewhere(group, kind, version)
        if found is not None and (not version or version in found.versions):
            return found
        newest = _packaged(group).get((group, kind))
        return newest if found is None or (newest is not None and version in newest.versions) else found

    def changed(self, other: Definitions) -> frozenset[tuple[str, str]]:
        """The (group, kind) that two sets declare differently; what one of them never heard of may come along."""
        slots = self._by_slot.keys() | other._by_slot.keys()
        return frozenset(
            s for s in slots if self._by_slot.get(s, _UNHEARD_OF) is not other._by_slot.get(s, _UNHEARD_OF)
        )


def packaged_definitions() -> Mapping[tuple[str, str], Definition]:
    """The Gateway API's and the Network Policy API's definitions by (group, kind)."""
    return {slot: one for group in _PACKAGED for slot, one in _packaged(group).items()}


@cache
def _packaged(group: str) -> Mapping[tuple[str, str], Definition]:
    file, project = _PACKAGED[group]
    stored = read_data(file)
    origin = f"{project} {stored['version']}"
    values = [_with_status_apart(value) for value in stored["definitions"]]
    return {one.slot: one for one in (Definition(value, None, origin, None, Standing.PACKAGED) for value in values)}


def _with_status_apart(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A packaged definition as its project has it: what has a status has it as a subresource."""
    for version in value["spec"]["versions"]:
        if "status" in version["schema"]["openAPIV3Schema"].get("properties", {}):
            version["subresources"] = {"status": {}}
    return value


def cataloged_definition(group: str, kind: str, version: str) -> Definition | None:
    """What comes along of an operator, None for versions that it does not hold."""
    versions = cataloged_kinds(group).get(kind, {})
    if version and version not in versions:
        return None
    return _cataloged_definitions(group).get(kind)


@cache
def _cataloged_definitions(group: str) -> Mapping[str, Definition]:
    return {kind: _cataloged_definition(group, kind, versions) for kind, versions in cataloged_kinds(group).items()}


def _cataloged_definition(group: str, kind: str, versions: Mapping[str, Any]) -> Definition:
    spec = {
        "group": group,
        "names": {"kind": kind},
        "versions": [
            {"name": version, "served": True, "schema": {"openAPIV3Schema": schema}}
            for version, schema in versions.items()
        ],
    }
    origin = f"the schema of {group} that comes along ({as_of()})"
    return Definition({"kind": "CustomResourceDefinition", "spec": spec}, None, origin, None, Standing.CATALOGED)
