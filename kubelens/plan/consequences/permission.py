"""What rules of roles allow, one verb on one resource at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields

_MOST_KEPT: Final = 3


class Permission(Struct, frozen=True, order=True):
    """One verb on one resource of one group; ``namespace`` ``""``: everywhere; ``name`` ``""``: any object."""

    namespace: str
    group: str
    resource: str
    name: str
    verb: str

    def covers(self, other: Permission) -> bool:
        """Whether who has this one has the other too."""
        return (
            self.namespace in ("", other.namespace)
            and self.group in ("*", other.group)
            and (self.resource in ("*", other.resource) or _any_of(self.resource, other.resource))
            and self.name in ("", other.name)
            and self.verb in ("*", other.verb)
        )


def permissions_of(rule: Mapping[str, Any], namespace: str) -> Iterator[Permission]:
    """What a rule of a role allows; ``namespace``: where it counts, ``""`` everywhere."""
    for verb in fields.texts(rule, "verbs"):
        for url in fields.texts(rule, "nonResourceURLs"):
            yield Permission("", "", url, "", verb)
        for group in fields.texts(rule, "apiGroups"):
            for resource in fields.texts(rule, "resources"):
                for name in fields.texts(rule, "resourceNames") or ("",):
                    yield Permission(namespace, group, resource, name, verb)


def beyond(these: Iterable[Permission], those: frozenset[Permission]) -> list[Permission]:
    """The permissions that none of the others covers."""
    return sorted(one for one in these if one not in those and not any(other.covers(one) for other in those))


def grouped(permissions: Sequence[Permission], *, bound: bool = True, kept: Iterable[Permission] = ()) -> Iterator[str]:
    """``get, list pods in shop``: the verbs of each resource together; not ``bound``: where it counts is not known.

    ``kept``: what is left of them, for ``get services of every group in shop (keeps get services in shop)``.
    """
    verbs: dict[tuple[str, str, str, str], list[str]] = {}
    for one in permissions:
        verbs.setdefault((one.namespace, one.group, one.resource, one.name), []).append(one.verb)
    for (namespace, group, resource, name), listed in verbs.items():
        what = f"{resource}.{group}" if group and group != "*" else resource
        of = " of every group" if group == "*" and resource != "*" else ""
        named = f" {name!r}" if name else ""
        where = f" in {namespace}" if namespace else " everywhere"
        wider = [Permission(namespace, group, resource, name, verb) for verb in listed]
        left = list(grouped(sorted({one for one in kept if any(other.covers(one) for other in wider)})))
        more = f" and {len(left) - _MOST_KEPT} more" if len(left) > _MOST_KEPT else ""
        keeps = f" (keeps {', '.join(left[:_MOST_KEPT])}{more})" if left else ""
        yield f"{', '.join(listed)} {what}{of}{named}{where if bound else ''}{keeps}"


def _any_of(pattern: str, resource: str) -> bool:
    """Whether ``*/scale`` is written and ``deployments/scale`` meant."""
    return pattern.startswith("*/") and resource.partition("/")[2] == pattern[2:]
