"""ServiceAccount: which account a Pod runs as, its token and its pull secrets (``plugin/pkg/admission/serviceaccount``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.predict.apiserver.plugins.objects import Objects, named
from kubelens.predict.apiserver.plugins.refusal import Refusal, refused

PLUGIN: Final = "ServiceAccount"
DEFAULT: Final = "default"
MOUNT: Final = "/var/run/secrets/kubernetes.io/serviceaccount"
_TOKEN: Final = "kube-api-access"
"""The server adds a dash and five letters by chance."""


def service_account(pod: dict[str, Any], objects: Objects, *, complete: bool) -> Refusal | None:
    """Give a Pod its account, the token of one that is mounted, and the account's pull secrets.

    ``complete``: an account that is not among the objects does not exist. Mirror Pods are left as they are.
    """
    spec = pod["spec"]
    name = spec.setdefault("serviceAccountName", DEFAULT) or DEFAULT
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    account = named(objects, "ServiceAccount", name)
    if account is None and complete and name != DEFAULT:
        return refused(PLUGIN, f'error looking up service account: serviceaccount "{name}" not found', _NAME)
    if _mounts(spec, account or {}):
        _mount(spec)
    if account is not None and not spec.get("imagePullSecrets"):
        secrets = [dict(secret) for _, secret in fields.items(account, "imagePullSecrets")]
        if secrets:
            spec["imagePullSecrets"] = secrets
    return None


_NAMESPACE: Final = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
_NAME: Final = ("spec", "serviceAccountName")


def _mounts(spec: Mapping[str, Any], account: Mapping[str, Any]) -> bool:
    """The Pod's word before the account's, and yes where neither says (``shouldAutomount``)."""
    own = fields.boolean(spec, "automountServiceAccountToken")
    if own is None:
        own = fields.boolean(account, "automountServiceAccountToken")
    return own is not False


def _mount(spec: dict[str, Any]) -> None:
    """A volume with token, CA and namespace, in every container that has nothing there (``mountServiceAccountToken``).

    Where policies added a container and the plugin is asked once more, the volume is there already.
    """
    needed = False
    for name in ("initContainers", "containers"):
        for container in spec.get(name) or []:
            mounts = container.setdefault("volumeMounts", [])
            if not any(mount.get("mountPath") == MOUNT for mount in mounts):
                mounts.append({"name": _TOKEN, "mountPath": MOUNT, "readOnly": True})
                needed = True
    if needed and not any(volume.get("name") == _TOKEN for volume in spec.get("volumes") or []):
        sources = [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": _NAMESPACE}]}},
        ]
        volumes = [
            *(spec.get("volumes") or []),
            {"name": _TOKEN, "projected": {"defaultMode": 420, "sources": sources}},
        ]
        spec["volumes"] = volumes
