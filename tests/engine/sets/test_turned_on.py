"""API versions that the settings of API servers beside the manifests turn on are no fault."""

from __future__ import annotations

import pytest

from kubelens.engine.turned_on import turned_on
from kubelens.syntax.text import Source
from tests.engine.sets.conftest import Repository

CLASS = """\
# file: class.yaml
apiVersion: resource.k8s.io/v1beta1
kind: DeviceClass
metadata: {name: gpu.example.com}
spec: {selectors: [{cel: {expression: device.driver == "gpu.example.com"}}]}
"""
TALOS = """\
# file: talos/controlplane.yaml
cluster: {{apiServer: {{extraArgs: {{runtime-config: "{}"}}}}}}
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("extraArgs:\n  runtime-config: batch/v2alpha1=true,api/beta=false", {"batch/v2alpha1"}),
        ('runtimeConfig:\n  "api/alpha": "true"\n  api/beta: true\n', {"api/alpha", "api/beta"}),
        ("- --runtime-config=resource.k8s.io/v1beta1/deviceclasses=true", {"resource.k8s.io/v1beta1/deviceclasses"}),
        ("- name: runtime-config\n  value: api/all=true", {"api/all"}),
        ("serve: resource.k8s.io/v1beta1=true", set()),
    ],
)
def test_what_settings_say(text: str, found: set[str]) -> None:
    assert turned_on([Source("a.yaml", text)]) == found


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("resource.k8s.io/v1beta1=true", False),
        ("api/beta=true", False),
        ("api/all=true", False),
        ("resource.k8s.io/v1beta1=false", True),
        ("resource.k8s.io/v1alpha3=true", True),
        ("batch/v1beta1=true", True),
    ],
)
def test_a_version_that_they_turn_on_is_not_told(repository: Repository, said: str, told: bool) -> None:
    repository.write(CLASS + TALOS.format(said))
    assert any("api-off-by-default" in one for one in repository.findings()) is told
