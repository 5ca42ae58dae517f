"""The functions CEL has in an API server: its standard ones and those of Kubernetes' libraries, as one set of names."""

from __future__ import annotations

from typing import Final

FUNCTIONS: Final = frozenset(
    """
    has size int uint double string bytes bool dyn type duration timestamp matches contains startsWith
    endsWith all exists exists_one existsOne map filter transformList transformMap transformMapEntry getDate
    getDayOfMonth getDayOfWeek getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth
    getSeconds charAt indexOf lastIndexOf lowerAscii upperAscii replace split substring trim join format
    reverse quote isSorted sum min max slice flatten sort sortBy distinct first last range find findAll url
    isURL getScheme getHost getHostname getPort getEscapedPath getQuery ip isIP isCanonical family
    isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast cidr isCIDR containsIP
    containsCIDR masked prefixLength quantity isQuantity sign isInteger asInteger asApproximateFloat add sub
    isGreaterThan isLessThan compareTo semver isSemver major minor patch path group serviceAccount resource
    subresource namespace name check allowed reason error errored fieldSelector labelSelector requestResource
    of none optional hasValue value or orValue optMap optFlatMap ofNonZeroValue unwrap unwrapOpt named
    validate dns1123Label dns1123Subdomain dns1035Label qualifiedName dns1123LabelPrefix
    dns1123SubdomainPrefix dns1035LabelPrefix labelValue uri uuid byte date datetime sets intersects
    equivalent strings include includes matchesAttributes getAttribute escapeKey
    """.split()  # noqa: SIM905 - a table of names reads best as words
)
