"""What is taken for granted of the claims that come with Pods where a quota counts claims."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.workload import workloads
from kubelens.predict.api import Ask
from kubelens.predict.apiserver.plugins.resource_quota import usage_of
from kubelens.predict.chain.admitted import Admitted


def taken_of_ephemeral_claims(ask: Ask) -> Iterator[str]:
    """That claims of generic ephemeral volumes find room: a Pod is there before its claims, and waits for one refused."""
    for quota in ask.bundle.all("ResourceQuota", group=""):
        counted = fields.mapping(quota.spec, "hard").keys()
        if quota.partial or not counted:
            continue
        for workload in workloads(ask.bundle, quota.namespace):
            templates = [
                fields.mapping(fields.mapping(volume, "ephemeral"), "volumeClaimTemplate")
                for _, volume in fields.items(workload.pod.value, "volumes")
                if "ephemeral" in volume
            ]
            named = sorted(counted & {name for one in templates for name in usage_of("PersistentVolumeClaim", one)})
            if named and ask(Admitted(workload.resource)).answer.denial is None:
                yield (
                    f"ResourceQuota {quota.name!r} has room for the claims of the ephemeral volumes of "
                    f"{workload.resource.key} ({', '.join(named)}): their Pods wait for those that it refuses"
                )
