"""ServiceAccounts bound to accounts of a cloud (``IAMPolicyGenerator``, ``filters/iampolicygenerator``)."""

from __future__ import annotations

from typing import ClassVar

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.json_node import node_of
from kubelens.render.kustomize.resource import Resource, World
from kubelens.render.kustomize.settings import Settings
from kubelens.render.origin import origins_in


class KubernetesService(Settings):
    """The ServiceAccount in the cluster."""

    go_type: ClassVar[str] = "types.KubernetesService"
    name: str = ""
    namespace: str = ""


class CloudAccount(Settings):
    """The account in the cloud."""

    go_type: ClassVar[str] = "types.ServiceAccount"
    name: str = ""
    project_id: str = ""


class IamPolicySettings(Settings):
    """The settings of an IAMPolicyGenerator."""

    go_type: ClassVar[str] = "types.IAMPolicyGeneratorArgs"
    cloud: str = ""
    kubernetes_service: KubernetesService | None = None
    service_account: CloudAccount | None = None


def generate_account(settings: IamPolicySettings, world: World) -> Resource:
    """The ServiceAccount with the annotation that binds it.

    Raises:
        BuildFault: the cloud is not known.
    """
    if settings.cloud != "gke":
        raise BuildFault(f"cloud provider {settings.cloud} not supported yet").at(settings.cloud)
    account, service = settings.service_account or CloudAccount(), settings.kubernetes_service or KubernetesService()
    bound = f"{account.name}@{account.project_id}.iam.gserviceaccount.com"
    meta = {"annotations": {"iam.gke.io/gcp-service-account": bound}, "name": service.name}
    if service.namespace:
        meta["namespace"] = service.namespace
    node = node_of({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta}, origins_in(service.name) or None)
    made = Resource(node, world)
    made.behavior = "unspecified"
    return made
