"""Sets of one chart share what they have in common: what is found in each is what is found when it is judged alone."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from kubelens.engine.config import Config
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import choose_rules
from kubelens.engine.sets.analysis import Judging
from kubelens.kube.bundle import NEWEST
from kubelens.rules.api import Facts, Finding
from tests.engine.sets.conftest import Repository

SHOP = """\
# file: shop/Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: shop/values.yaml
replicas: 2
image: nginx:1.27
port: http
account: shop
budget: 0
tier: front
settings: {level: info}
# file: shop/templates/_names.tpl
{{- define "shop.labels" }}app: shop
{{ with .Values.tier }}tier: {{ . }}{{ end }}{{ end }}
# file: shop/templates/shop.yaml
# What runs.
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels:
        {{- include "shop.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ .Values.account }}
      containers:
        - name: shop
          image: {{ .Values.image }}
          ports: [{name: http, containerPort: 8080}]
          envFrom: [{configMapRef: {name: settings}}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector:
    {{- include "shop.labels" . | nindent 4 }}
  ports: [{port: 80, targetPort: {{ .Values.port }}}]
# file: shop/templates/settings.yaml
{{- if .Values.settings }}
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  {{- toYaml .Values.settings | nindent 2 }}
{{- end }}
# file: shop/templates/budget.yaml
{{- if .Values.budget }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop}
spec: {minAvailable: {{ .Values.budget }}, selector: {matchLabels: {app: shop}}}
{{- end }}
# file: shop/templates/account.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: shop, labels: {replicas: "{{ .Values.replicas }}"}}
"""
CHOICES = (
    ("replicas: 3", "replicas: many", "replicas: 2"),
    ("image: nginx", "image: Nginx:1"),
    ("port: web", "port: http", "port: 8080"),
    ("account: nobody", "account: shop"),
    ("budget: 2", "budget: -1"),
    ('tier: ""', "tier: -back-", "tier: front"),
    ("settings: null", "settings: {level: 1}", "settings: {LEVEL: debug, level: info}"),
)


def _values(choice: random.Random) -> str:
    return "\n".join(choice.choice(some) for some in CHOICES if choice.random() < 0.25) or "{}"


def _found(together: bool) -> dict[str, list[Finding]]:
    """What is found in each set; apart, nothing of one is there when another is judged."""
    config, plugins = Config(select=("ALL",)), Plugins()
    judging = Judging(choose_rules(config, plugins.rules()), config)
    found: dict[str, list[Finding]] = {}
    facts = Facts(NEWEST)
    sets = read_inputs(Wanted(), config, plugins).sets.built(NEWEST)
    for number in range(1 if together else len(sets)):
        if not together:
            sets = read_inputs(Wanted(), config, plugins).sets.built(NEWEST)
        judged = judging.judge_all([(one, facts) for one in (sets if together else [sets[number]])], plugins)
        for one, analysis in judged:
            assert not analysis.failures
            found[one.name] = [replace(finding, about=None) for finding in analysis.findings]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_what_sets_have_in_common_changes_no_finding(repository: Repository, seed: int) -> None:
    choice = random.Random(seed)
    repository.write(SHOP)
    for number in range(10):
        repository.write(f"# file: shop/ci/{number}-values.yaml\n{_values(choice)}\n")
    together, apart = _found(together=True), _found(together=False)
    assert len(together) > 2
    assert together == apart
