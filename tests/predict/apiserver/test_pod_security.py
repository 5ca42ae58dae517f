"""Pod Security: which release lets what through, and labels that name no release."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.identity import read_gvk
from kubelens.predict.apiserver.plugins.pod_security_standards import violations
from kubelens.predict.apiserver.request import Request, answer

NEW = "net.ipv4.tcp_notsent_lowat"


def pod(sysctl: str) -> dict[str, Any]:
    return {"securityContext": {"sysctls": [{"name": sysctl, "value": "1"}]}, "containers": []}


@pytest.mark.parametrize(
    ("sysctl", "version", "fits"),
    [
        (NEW, "v1.36", False),
        (NEW, "v1.37", True),
        (NEW, "latest", True),
        ("kernel.msgmax", "v1.37", False),
        (NEW, "x", True),
    ],
)
def test_sysctls_by_release(sysctl: str, version: str, fits: bool) -> None:
    assert (not violations(pod(sysctl), {}, "baseline", version)) == fits


@pytest.mark.parametrize(("release", "denied"), [("1.36", "PodSecurity"), ("1.37", "")])
def test_the_latest_version_is_the_servers_own(release: str, denied: str) -> None:
    namespace = "kind: Namespace\nmetadata: {name: default, labels: {pod-security.kubernetes.io/enforce: baseline}}"
    sysctls = f"securityContext: {{sysctls: [{{name: {NEW}, value: '1'}}]}}"
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{sysctls}, containers: [{{name: c, image: i}}]}}"
    gvk = read_gvk("v1", "Pod")
    assert gvk is not None
    assert answer(Request(gvk, text.encode(), context=(namespace,), release=release)).denied_by == denied
