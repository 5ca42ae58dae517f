"""What a rule of a role can name: resources and subresources of the API's groups, and verbs.

Of all known releases together: a right that an older or a newer server knows is no mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from msgspec import Struct

from kubelens.kube.schema import overlay, releases, schemas
from kubelens.kube.scope import CLUSTER_SCOPED


class AuthorizedResource(Struct, frozen=True):
    """One resource of a group: its name in rules (``deployments``), scope, and subresources (``scale``)."""

    group: str
    name: str
    namespaced: bool
    subresources: frozenset[str]


def plural(kind: str) -> str:
    """A kind's name in paths and rules: ``NetworkPolicy`` is ``networkpolicies``."""
    name = kind.lower()
    if name == "endpoints":
        return name
    if name.endswith("y"):
        return name[:-1] + "ies"
    return name + ("es" if name.endswith("s") else "s")


@cache
def resources_by_group() -> Mapping[str, Mapping[str, AuthorizedResource]]:
    """group -> name of the resource -> what is known of it, for the groups that Kubernetes itself serves."""
    facts = overlay()["authorization"]
    subresources: Mapping[str, list[str]] = facts["subresources"]
    kinds = {(gvk.group, gvk.kind) for release in releases() for gvk in schemas(release).kinds()}
    for text in overlay()["apis"]["lifecycle"]:
        group, _, kind = text.split("/")
        kinds.add((group, kind))
    cluster = {(group, plural(kind)) for group, kind in CLUSTER_SCOPED}
    names = {(group, plural(kind)) for group, kind in kinds if not kind.endswith(("List", "Options"))}
    names |= {tuple(text.rsplit("/", 1)) for text in subresources}  # type: ignore[misc]
    names |= {(group, name) for group in ("", "authentication.k8s.io") for name in facts["impersonated"]["resources"]}
    found: dict[str, dict[str, AuthorizedResource]] = {}
    for group, name in sorted(names):
        found.setdefault(group, {})[name] = AuthorizedResource(
            group, name, (group, name) not in cluster, frozenset(subresources.get(f"{group}/{name}", ()))
        )
    return found


def find_resource(groups: Iterable[str], name: str) -> AuthorizedResource | None:
    """The resource of that name in the first of some groups that has one (``name`` without its subresource)."""
    known = resources_by_group()
    return next((known[group][name] for group in groups if group in known and name in known[group]), None)


def groups_of(name: str) -> list[str]:
    """The built-in groups that have a resource of that name; one that no release serves any more only where no other has.

    What is only impersonated by a name stands in no other group for that.
    """
    impersonated = overlay()["authorization"]["impersonated"]["resources"]
    groups = [group for group, resources in resources_by_group().items() if name in resources]
    if name in impersonated:
        groups = [group for group in groups if group != "authentication.k8s.io"] or groups
    served = {gvk.group for gvk in schemas(releases()[-1]).kinds()}
    return [group for group in groups if group in served] or groups


@cache
def request_verbs() -> frozenset[str]:
    """Verbs of requests for resources, and those that checks of the API server itself ask for."""
    verbs = overlay()["authorization"]["verbs"]
    return frozenset(verbs["requests"]) | frozenset(verbs["checks"])


@cache
def url_verbs() -> frozenset[str]:
    """Verbs of requests for paths that are no resources (``nonResourceURLs``)."""
    return frozenset(overlay()["authorization"]["verbs"]["urls"])
