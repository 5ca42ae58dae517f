"""Results of CEL's functions and of those of Kubernetes' libraries, and the values whose operations are few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RESULTS: Final[Mapping[str, str]] = {
    name: kind
    for kind, names in {
        "bool": "has matches contains startsWith endsWith all exists exists_one isURL isIP isCIDR isQuantity isSemver "
        "isGreaterThan isLessThan containsIP containsCIDR isSorted hasValue allowed errored isCanonical isUnspecified "
        "isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast isInteger intersects equivalent",
        "int": "size int indexOf lastIndexOf family prefixLength sign asInteger compareTo major minor patch getDate "
        "getDayOfMonth getDayOfWeek getDayOfYear getFullYear getMonth",
        "double": "double asApproximateFloat",
        "string": "string lowerAscii upperAscii trim join substring replace charAt format quote find getScheme getHost "
        "getHostname getPort getEscapedPath reason escapeKey",
        "bytes": "bytes",
        "uint": "uint",
        "duration": "duration",
        "timestamp": "timestamp",
        "quantity": "quantity",
        "ip": "ip",
        "cidr": "cidr masked",
        "url": "url",
        "semver": "semver",
    }.items()
    for name in names.split()
}
"""Functions whose result is the same whatever they are called on."""

METHODS: Final[Mapping[str, Mapping[str, str]]] = {
    "authorizer": {
        "group": "group check",
        "path": "path check",
        "serviceAccount": "authorizer",
    },
    "group check": {"resource": "resource check"},
    "resource check": {
        **dict.fromkeys(
            ("subresource", "namespace", "name", "fieldSelector", "labelSelector"),
            "resource check",
        ),
        "check": "decision",
    },
    "path check": {"check": "decision"},
    "decision": {"allowed": "bool", "reason": "string", "errored": "bool", "error": "string"},
}
"""What can be called on an authorizer and on what that gives, with the result."""

OPAQUE: Final = frozenset({"quantity", "ip", "cidr", "url", "semver", *METHODS})
"""Values that can be called on and compared for equality, with no fields and no order."""
