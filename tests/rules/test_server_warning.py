"""What the API server warns of: told where it stands, and once."""

from __future__ import annotations

import pytest

from kubelens.rules.schema.server_warning import check
from kubelens.testing import analysis_of, findings_of

POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {MORE containers: [{name: c, image: x}]}\n"
)
SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/warn: baseline}}\n"
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {kubernetes.io/ingress.class: nginx}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
"""


def at(text: str) -> list[str]:
    analysis = analysis_of([check], text)
    found = []
    for finding in analysis.findings:
        source = analysis.snapshot.source(finding.at.uri)
        assert source is not None
        span = analysis.snapshot.locate(finding.at)
        found.append(source.text[span.start : span.end])
    return found


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (POD.replace("MORE", "nodeSelector: {beta.kubernetes.io/arch: amd64},"), "amd64"),
        (INGRESS, "nginx"),
    ],
)
def test_a_warning_stands_at_its_field(text: str, place: str) -> None:
    assert at(text) == [place]


def test_a_level_that_is_warned_of_says_which_namespace_asks() -> None:
    text = f"{SPACE}---\n{POD.replace('MORE', 'hostPID: true,')}"
    (finding,) = findings_of(check, text)
    assert 'would violate PodSecurity "baseline:latest": hostPID is true' in finding.message
    assert len(finding.related) == 1
    assert findings_of(check, text.replace("namespace: shop", "namespace: other")) == ()


@pytest.mark.parametrize(
    "text",
    [
        POD.replace("MORE", ""),
        POD.replace("MORE", "nodeSelector: {beta.kubernetes.io/arch: amd64}, dnsPolicy: Nowhere,"),
        POD.replace("MORE", "").replace("image: x", "image: x, env: [{name: A, value: b}, {name: A, value: c}]"),
        "apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\n",
    ],
)
def test_what_is_refused_or_told_elsewhere_is_not_told_here(text: str) -> None:
    assert findings_of(check, text) == ()


@pytest.mark.parametrize(
    ("enforce", "warn", "told"),
    [("restricted", "restricted", 0), ("restricted", "baseline", 0), ("baseline", "restricted", 1)],
)
def test_what_is_refused_by_the_same_level_is_not_warned_of_too(enforce: str, warn: str, told: int) -> None:
    level = "pod-security.kubernetes.io"
    text = f"""\
apiVersion: v1
kind: Namespace
metadata: {{name: till, labels: {{{level}/enforce: {enforce}, {level}/warn: {warn}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: till, namespace: till}}
spec:
  selector: {{matchLabels: {{app: till}}}}
  template:
    metadata: {{labels: {{app: till}}}}
    spec: {{containers: [{{name: till, image: "till:1"}}]}}
"""
    assert len(findings_of(check, text)) == told
