"""The commonest custom kinds take part: Argo's Rollout as a workload, KEDA as an autoscaler, Flux, Argo CD and Istio by name."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.kube.workload import read_workload
from kubelens.predict.api import Oracle
from kubelens.predict.chain.pods_of import PodsOf
from kubelens.predict.controllers.disruptions_allowed import DisruptionsAllowed
from kubelens.predict.controllers.podautoscaler.questions import ReplicasRange, Scaler
from kubelens.predict.network.subsets import MissingSubsetsOf
from kubelens.predict.references.graph import ReferencesOf, SelectionsOf
from kubelens.rules.api import Rule
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import bundle_from_text, findings_of

RULES: dict[str, Rule[Any]] = {rule.name: rule for rule in kubelens_rules()}
ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  strategy: {canary: {stableService: web, canaryService: web-canary}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "web:1.4", envFrom: [{configMapRef: {name: setings}}]}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
SCALED = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web}
  minReplicaCount: 2
  triggers: []
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""
SETTINGS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
"""


def test_a_rollout_brings_pods_as_a_deployment_does() -> None:
    bundle = bundle_from_text(ROLLOUT)
    (rollout,) = bundle
    made = Oracle(bundle)(PodsOf(rollout)).answer
    assert made is not None
    assert made.count == 3
    assert made.common["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet"
    assert "rollouts-pod-template-hash" in made.common["metadata"]["labels"]


@pytest.mark.parametrize("group", ["rollouts.kruise.io", "apps"])
def test_a_rollout_of_another_group_is_none(group: str) -> None:
    (other,) = bundle_from_text(ROLLOUT.replace("argoproj.io", group))
    assert read_workload(other) is None


def test_a_rollout_without_a_template_of_its_own_brings_none() -> None:
    text = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
    (rollout,) = bundle = bundle_from_text(text)
    assert read_workload(rollout) is None
    assert [r.target for r in Oracle(bundle)(ReferencesOf(rollout)).answer] == ["Deployment 'default/web'"]


def test_services_and_budgets_select_the_pods_of_a_rollout() -> None:
    bundle = bundle_from_text(ROLLOUT, SERVICE, BUDGET)
    rollout, service, budget = bundle
    ask = Oracle(bundle)
    assert ask(SelectionsOf(service)).answer[0].matches == (rollout,)
    assert ask(DisruptionsAllowed(budget)).answer.status.allowed == 1
    assert not findings_of(RULES["service-selects-nothing"], ROLLOUT, SERVICE.replace("app: web", "app: web"))
    assert findings_of(RULES["service-selects-nothing"], ROLLOUT, SERVICE.replace("app: web", "app: wev"))


def test_what_a_rollout_names_is_looked_for() -> None:
    assert "settings" in findings_of(RULES["config-map-missing"], ROLLOUT, SETTINGS)[0].message
    canary = SERVICE.replace("name: web", "name: web-cannary")
    assert "web-canary" in findings_of(RULES["service-missing"], ROLLOUT, SERVICE, canary)[0].message


def test_keda_scales_what_it_names() -> None:
    bundle = bundle_from_text(ROLLOUT, SCALED)
    rollout, scaled = bundle
    ask = Oracle(bundle)
    assert ask(Scaler(rollout)).answer is scaled
    assert ask(ReplicasRange(scaled)).answer == (2, 100)
    assert "ScaledObject 'web' fight" in findings_of(RULES["hpa-fights-replicas"], ROLLOUT, SCALED)[0].message


def test_two_autoscalers_of_one_target_are_told_whatever_they_are() -> None:
    hpa = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web}}
"""
    (found,) = findings_of(RULES["hpa-shared-target"], ROLLOUT, SCALED, hpa)
    assert "also scaled by HorizontalPodAutoscaler 'web'" in found.message
    (found,) = findings_of(
        RULES["hpa-shared-target"], ROLLOUT, SCALED, SCALED.replace("name: web}\nspec", "name: b}\nspec")
    )
    assert "also scaled by ScaledObject 'web'" in found.message
    assert not findings_of(RULES["hpa-shared-target"], ROLLOUT, SCALED)


def test_an_autoscaler_means_a_rollout_of_nearly_its_name() -> None:
    slip = SCALED.replace("kind: Rollout, name: web}", "kind: Rollout, name: storefrot}")
    rollout = ROLLOUT.replace("{name: web}", "{name: storefront}")
    (found,) = findings_of(RULES["scale-target-missing"], rollout, slip)
    assert "Rollout 'default/storefront' is" in found.message


def test_dependencies_of_flux_that_nobody_makes() -> None:
    text = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: NAME, namespace: flux-system}
spec: {dependsOn: [{name: DEPENDS}], sourceRef: {kind: GitRepository, name: fleet}}
"""
    apps = text.replace("NAME", "apps").replace("DEPENDS", "databases")
    infra = text.replace("NAME", "infra").replace("dependsOn: [{name: DEPENDS}], ", "")
    (found,) = findings_of(RULES["gitops-object-missing"], apps, infra)
    assert "Kustomization 'flux-system/databases' is not among the manifests" in found.message
    assert not findings_of(RULES["gitops-object-missing"], apps)
    assert not findings_of(RULES["gitops-object-missing"], apps.replace("databases", "infra"), infra)
    elsewhere = infra.replace("name: infra, namespace: flux-system", "name: databases, namespace: db")
    assert not findings_of(RULES["gitops-object-missing"], apps, infra, elsewhere)
    assert not findings_of(RULES["gitops-object-missing"], apps.replace("databases", "${DB}"), infra)
    assert not findings_of(RULES["gitops-object-missing"], apps.replace("databases", "flux-system"), infra)


def test_the_project_of_an_application() -> None:
    application = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec: {project: PROJECT, destination: {}}
"""
    project = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop, namespace: argocd}\n"
    missing = RULES["gitops-object-missing"]
    assert findings_of(missing, application.replace("PROJECT", "team"), project)
    assert not findings_of(missing, application.replace("PROJECT", "shop"), project)
    assert not findings_of(missing, application.replace("PROJECT", "default"), project)
    assert not findings_of(missing, application.replace("PROJECT", "team"))


@pytest.mark.parametrize(
    ("host", "rule_host", "missing"),
    [
        ("reviews", "reviews", True),
        ("reviews", "reviews.default.svc.cluster.local", True),
        ("reviews.default.svc.cluster.local", "reviews", True),
        ("reviews", "*.default.svc.cluster.local", False),
        ("reviews", "ratings", False),
        ("reviews", "reviews.other.svc.cluster.local", False),
    ],
)
def test_subsets_are_looked_for_in_the_rules_of_their_host(host: str, rule_host: str, missing: bool) -> None:
    service = f"""\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: reviews}}
spec: {{http: [{{route: [{{destination: {{host: {host}, subset: v3}}}}]}}]}}
"""
    rules = f"""\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {{name: reviews}}
spec: {{host: "{rule_host}", subsets: [{{name: v1}}]}}
"""
    bundle = bundle_from_text(service, rules)
    found = Oracle(bundle)(MissingSubsetsOf(next(iter(bundle)))).answer
    assert bool(found) is missing
    if found:
        assert found[0].known == ("v1",)
        assert found[0].path[-1] == "subset"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("{source: {repoURL: a, path: b}, destination: {server: c}}", ""),
        ("{source: {repoURL: a, path: b}, destination: {name: c}}", ""),
        ("{source: {repoURL: a, chart: b, targetRevision: '1'}, destination: {name: c}}", ""),
        ("{sources: [{repoURL: a, ref: b}, {repoURL: a, path: b}], destination: {name: c}}", ""),
        ("{sourceHydrator: {}, destination: {name: c}}", ""),
        ("{source: {repoURL: a, path: b}, destination: {name: c, server: d}}", "not both"),
        ("{source: {repoURL: a, path: b}, destination: {namespace: c}}", "must have server or name"),
        ("{source: {repoURL: a}, destination: {name: c}}", "repoURL and path or chart"),
        ("{sources: [{repoURL: a}], destination: {name: c}}", "repoURL and path, chart or ref"),
        ("{source: {repoURL: a, ref: b}, destination: {name: c}}", "repoURL and path or chart"),
        ("{source: {repoURL: a, chart: b}, destination: {name: c}}", "must have targetRevision"),
    ],
)
def test_applications_that_are_never_synced(spec: str, told: str) -> None:
    text = f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec: {spec}\n"
    found = findings_of(RULES["application-spec"], text)
    assert len(found) == bool(told)
    assert told in "".join(one.message for one in found)
