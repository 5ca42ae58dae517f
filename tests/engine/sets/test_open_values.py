"""Charts that install further ones with values that whoever installs the first one gives."""

from __future__ import annotations

import pytest

from tests.engine.sets.conftest import Repository

PARENT = """\
# file: charts/fleet/Chart.yaml
apiVersion: v2
name: fleet
version: 1.0.0
# file: charts/fleet/values.yaml
harbour:
lamp: bright
# file: charts/fleet/templates/boats.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: boats, namespace: argocd}
spec:
  project: default
  destination: {server: "https://kubernetes.default.svc", namespace: sea}
  source:
    repoURL: https://git.example.com/shop.git
    path: charts/boats
    helm:
      values: |
        {{- toYaml .Values | nindent 8 }}
# file: charts/boats/Chart.yaml
apiVersion: v2
name: boats
version: 1.0.0
# file: charts/boats/values.yaml
lamps: dim
# file: charts/boats/templates/ropes.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ropes, namespace: argocd}
spec:
  project: default
  destination: {server: "https://kubernetes.default.svc", namespace: sea}
  source:
    repoURL: https://charts.example.com
    chart: ropes
    VERSION
# file: charts/boats/templates/lamps.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: lamps}
data:
  berth: {{ MAPS | quote }}
  light: {{ .Values.lamps }}
"""
NAMED = """\
# file: argocd/fleet.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: fleet, namespace: argocd}
spec:
  project: default
  destination: {server: "https://kubernetes.default.svc", namespace: sea}
  source:
    repoURL: https://git.example.com/shop.git
    path: charts/fleet
"""


def told(repository: Repository, version: str, maps: str, *, named: bool) -> str:
    repository.write(PARENT.replace("VERSION", version).replace("MAPS", maps))
    if named:
        repository.write(NAMED)
    return repository.check().output


@pytest.mark.parametrize(
    ("version", "named", "is_told"),
    [
        ('targetRevision: "{{ .Values.harbour }}"', False, False),
        ('targetRevision: "{{ .Values.harbour }}"', True, True),
        ("# none", False, True),
    ],
)
def test_a_version_that_others_give_is_no_fault(
    repository: Repository, version: str, named: bool, is_told: bool
) -> None:
    output = told(repository, version, ".Values.lamps", named=named)
    assert ("a chart must have targetRevision" in output) is is_told


@pytest.mark.parametrize(
    ("maps", "named", "is_told"),
    [
        ('"a" | replace "a" .Values.harbour', False, False),
        ('"a" | replace "a" .Values.harbour', True, True),
        ('include "boats.none" .', False, True),
    ],
)
def test_what_a_chart_cannot_be_rendered_without_others_may_give(
    repository: Repository, maps: str, named: bool, is_told: bool
) -> None:
    output = told(repository, "targetRevision: 1.0.0", maps, named=named)
    assert ("cannot be rendered" in output and "chart-unrenderable" in output) is is_told


@pytest.mark.parametrize("named", [False, True])
def test_values_passed_on_as_a_whole_are_not_all_read(repository: Repository, named: bool) -> None:
    output = told(repository, "targetRevision: 1.0.0", ".Values.lamps", named=named)
    assert ("chart-value-in-vain" in output) is named


GENERATED = """\
# file: argocd/pots.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: pots, namespace: argocd}
spec:
  goTemplate: true
  generators:
    - GENERATOR
  template:
    metadata: {name: pots}
    spec:
      project: default
      destination: {server: "https://kubernetes.default.svc", namespace: kitchen}
      source:
        repoURL: https://git.example.com/shop.git
        path: charts/pots
        helm: {valuesObject: {lid: {wanted: "{{ .lid }}"}}}
# file: charts/pots/Chart.yaml
apiVersion: v2
name: pots
version: 1.0.0
# file: charts/pots/values.yaml
lid: {wanted: true}
# file: charts/pots/templates/lid.yaml
{{- if eq .Values.lid.wanted "true" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: lid}
{{- end }}
"""


@pytest.mark.parametrize(
    "generator",
    ["plugin: {configMapRef: {name: kitchen-values}, input: {parameters: {}}}", 'list: {elements: [{lid: "true"}]}'],
)
def test_a_chart_that_a_generator_gives_values_to(repository: Repository, generator: str) -> None:
    """Nobody installs it with its own values alone."""
    repository.write(GENERATED.replace("GENERATOR", generator))
    assert "chart-unrenderable" not in repository.check().output


def test_a_chart_that_nothing_gives_values_to(repository: Repository) -> None:
    repository.write("".join(GENERATED.partition("# file: charts/pots/Chart.yaml")[1:]))
    assert "incompatible types for comparison" in repository.check().output
