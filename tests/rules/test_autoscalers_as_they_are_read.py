"""What an autoscaler needs, said by rules as `predict hpa` says it: metrics by default, ranges in force, one for each target."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.rules.references.hpa_metric_without_request import check as without_request
from kubelens.rules.reliability.pdb_above_hpa_floor import check as above_floor
from kubelens.rules.rollout.hpa_shared_target import check as shared
from kubelens.testing import findings_of

KITES = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: kites, namespace: beach}
spec:
  selector: {matchLabels: {app: kites}}
  template:
    metadata: {labels: {app: kites}}
    spec: {containers: [{name: kite, image: "beach/kite:1", resources: {RESOURCES}}]}
---
apiVersion: autoscaling/VERSION
kind: HorizontalPodAutoscaler
metadata: {name: kites, namespace: beach}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: kites}}
"""
RANGE = """\
---
apiVersion: v1
kind: LimitRange
metadata: {name: sizes, namespace: beach}
spec: {limits: [{type: Container, defaultRequest: {cpu: AMOUNT}}]}
"""


def _kites(resources: str = "", version: str = "v2") -> str:
    return KITES.replace("RESOURCES", resources).replace("VERSION", version)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (_kites(), True),
        (_kites(version="v1"), True),
        (_kites("requests: {cpu: 10m}"), False),
        (_kites() + RANGE.replace("AMOUNT", "10m"), False),
        (_kites() + RANGE.replace("AMOUNT}", "10m}, max: {cpu: 5m}"), True),  # refused, and so it fills nothing in
    ],
)
def test_an_autoscaler_without_metrics_asks_for_cpu(tmp_path: Path, text: str, told: bool) -> None:
    assert bool(findings_of(without_request, text)) == told
    (tmp_path / "a.yaml").write_text(text)
    done = CliRunner().invoke(cli, ["predict", "hpa", str(tmp_path / "a.yaml"), "--isolated", "--format", "json"])
    assert done.exit_code == int(told)
    assert ("missing request" in json.dumps(json.loads(done.stdout[done.stdout.index("{") :]))) == told


def test_two_over_one_target_scale_nothing() -> None:
    second = _kites().partition("---\n")[2].replace("name: kites, namespace", "name: other, namespace")
    (found,) = findings_of(shared, f"{_kites()}---\n{second}")
    assert found.message.endswith("is also scaled by HorizontalPodAutoscaler 'kites': neither scales it")


@pytest.mark.parametrize(("kept", "told"), [("50%", False), ("1", True)])
def test_a_share_of_no_pod_is_none(kept: str, told: bool) -> None:
    scaled = f"""\
{_kites("requests: {cpu: 1m}").partition("---")[0]}---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{name: kites, namespace: beach}}
spec: {{scaleTargetRef: {{name: kites}}, minReplicaCount: 0, triggers: [{{type: cron, metadata: {{}}}}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: kites, namespace: beach}}
spec: {{minAvailable: {kept}, selector: {{matchLabels: {{app: kites}}}}}}
"""
    assert bool(findings_of(above_floor, scaled)) == told
