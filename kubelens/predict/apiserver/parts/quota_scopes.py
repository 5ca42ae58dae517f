"""Names of resources that quotas are about."""

from __future__ import annotations

from typing import Final

QUOTA_NAMES: Final = frozenset(
    "cpu memory ephemeral-storage requests.cpu requests.memory requests.storage requests.ephemeral-storage limits.cpu limits.memory "
    "limits.ephemeral-storage pods resourcequotas services replicationcontrollers secrets persistentvolumeclaims configmaps "
    "services.nodeports services.loadbalancers".split()
)
