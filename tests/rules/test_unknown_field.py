"""Where an unknown field belongs: a level of what is written, not another kind of volume."""

from __future__ import annotations

import pytest

from kubelens.engine.fixing import repair
from kubelens.rules.schema.unknown_field import check
from kubelens.testing import analysis_of, findings_of


@pytest.mark.parametrize(
    ("volume", "told"),
    [
        ("storageos: {volumeName: data, pool: default}", "unknown field 'pool' in spec.volumes.storageos"),
        (
            "emptyDir: {volumeAttributes: {}}, csi: {driver: d}",
            "unknown field 'volumeAttributes' in spec.volumes.emptyDir; it belongs below spec.volumes[].csi",
        ),
    ],
)
def test_a_sibling_that_is_not_written_is_no_home(volume: str, told: str) -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: 'nginx:1.27'}]\n"
        f"  volumes: [{{name: data, {volume}}}]\n"
    )
    (found,) = findings_of(check, text)
    assert found.message.endswith(told)
    assert (found.fix is None) == ("belongs" not in told)


def test_a_level_up_that_is_not_written_is_a_home() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n"
        "  containers: [{name: web, image: 'nginx:1.27', securityContext: {fsGroup: 3}}]\n"
    )
    (found,) = findings_of(check, text)
    assert found.message.endswith("it belongs below spec.securityContext")


def test_a_field_beside_a_spec_that_is_not_there_has_a_home() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\ncontainers: [{name: web, image: 'nginx:1.27'}]\n"
    assert [one.message.rpartition("; ")[2] for one in findings_of(check, text)] == ["it belongs below spec"]


_CONTAINER = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: x:1\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (_CONTAINER + "    readinessProbe: {}\n    periodSeconds: 3\n", "it belongs below spec.containers[].readinessProbe"),
        (_CONTAINER + "    livenessProbe: {}\n    terminationGracePeriodSeconds: 9\n", "it belongs below spec"),
        (_CONTAINER + "    memory: 1Gi\n", "amounts belong below resources.requests or resources.limits"),
        (_CONTAINER + "    resources: {memory: 1Gi}\n", "amounts belong below requests or limits"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, data: {a: b}}\n", "it belongs at the top level"),
        ("apiVersion: v1\nkind: ConfigMap\nname: c\n", "it belongs below metadata"),
        ("apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d}\nspec: {serviceName: d}\n", "StatefulSet has it"),
        ("apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {metrics: []}\n", "autoscaling/v2 has it"),
        ("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {backend: {}}\n", "networking.k8s.io/v1 writes defaultBackend"),
    ],
)  # fmt: skip
def test_where_a_field_belongs_is_told(text: str, told: str) -> None:
    assert [one.message.rpartition("; ")[2] for one in findings_of(check, text)] == [told]


def test_what_the_object_lacks_without_the_field_is_told() -> None:
    (found,) = findings_of(check, "apiVersion: v1\nkind: ConfigMap\nmetadatas: {name: c}\n")
    assert found.notes[1:] == ("without it the object has no name, and metadata.name is required",)
    (found,) = findings_of(check, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspecs: {}\n")
    assert found.notes[1:] == ("without it spec is missing, which is required",)


def test_labels_beside_nothing_go_below_match_labels() -> None:
    text = (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec:\n"
        "  maxUnavailable: 1\n  selector:\n    app: web\n"
    )
    (found,) = findings_of(check, text)
    assert found.message.endswith("it belongs below spec.selector.matchLabels")
    judged = analysis_of([check], text)
    (changed,) = repair(judged.snapshot, judged.findings, unsafe=True).texts.values()
    assert changed.endswith("  selector:\n    matchLabels:\n      app: web\n")
