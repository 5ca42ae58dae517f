"""What a session remembers never differs from what a fresh look says, whatever changed in between."""

from __future__ import annotations

import random

import pytest

from kubelens.engine.analysis import analyse
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.engine.memory import Memory
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import choose_rules
from kubelens.engine.workspace import Workspace
from kubelens.rules.api import Facts
from kubelens.syntax.text import Source

PARTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      serviceAccountName: web
      priorityClassName: high
      containers:
        - name: web
          image: web:1
          ports: [{name: http, containerPort: 8080}]
          envFrom: [{configMapRef: {name: settings}}]
          resources: {requests: {cpu: "1"}}
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
===
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {LEVEL: info}
===
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: http}}}}
===
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 4
  metrics: [{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 60}}}]
===
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {matchLabels: {app: cart}}}], ports: [{port: 80}]}]
  egress: [{to: [{podSelector: {matchLabels: {app: cart}}}]}]
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: shop}
spec: {hard: {requests.cpu: "3", pods: "3"}}
===
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers:
    - name: cart
      image: cart:1
      env: [{name: WEB_PORT, value: "1"}, {name: TOKEN, valueFrom: {secretKeyRef: {name: settings, key: LEVEL}}}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
===
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ovens.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Oven, plural: ovens}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {web: {type: string}}}}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: web}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
===
apiVersion: example.com/v1
kind: Oven
metadata: {name: web, namespace: shop}
spec: {web: hot}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: cart, namespace: shop}
spec:
  replicas: 1
  selector: {app: cart}
  template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: cart, image: "cart:1"}]}}
===
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: tiers}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration:
      expression: 'Object{metadata: Object.metadata{labels: {"app": "web", "tier": "shop"}}}'
===
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: tiers}
spec: {policyName: tiers}
""".split("===\n")
WORDS = ("web", "wev", "cart", "shop", "settings", "http", "80", "8080", "2", "app", "tier", "Deployment", "Service")


def edited(text: str, chance: random.Random) -> str:
    """One word of the text becomes another one, in one place or everywhere."""
    old, new = chance.choice(WORDS), chance.choice(WORDS)
    if old not in text:
        return text
    if chance.random() < 0.3:
        return text.replace(old, new)
    spot = chance.choice([i for i in range(len(text)) if text.startswith(old, i)])
    return text[:spot] + new + text[spot + len(old) :]


@pytest.mark.parametrize("seed", range(6))
def test_remembered_findings_are_those_of_a_fresh_look(seed: int) -> None:
    chance = random.Random(seed)
    rules = choose_rules(Config(select=("ALL",)), Plugins(third_party=False).rules())
    facts = Facts("1.37")
    texts = {f"{n}.yaml": part for n, part in enumerate(PARTS)}
    workspace, memory = Workspace(), Memory()
    workspace.fill(Loaded(uri, Source(uri, text)) for uri, text in texts.items())
    for step in range(60):
        uri = chance.choice(sorted(texts)) if texts else "0.yaml"
        if chance.random() < 0.1 and uri in texts:
            del texts[uri]
            workspace.drop(uri)
        else:
            lost = [f"{n}.yaml" for n in range(len(PARTS)) if f"{n}.yaml" not in texts]
            uri = chance.choice(lost) if lost and chance.random() < 0.5 else uri
            fresh_text = PARTS[int(uri.split(".")[0])]
            texts[uri] = edited(texts.get(uri, fresh_text) if chance.random() < 0.7 else fresh_text, chance)
            workspace.put(Loaded(uri, Source(uri, texts[uri], step)))
        if chance.random() < 0.3:
            analyse(workspace.snapshot(), rules, facts, memory, {uri})
        remembered = analyse(workspace.snapshot(), rules, facts, memory).findings
        fresh = analyse(workspace.snapshot(), rules, facts).findings
        assert sorted(map(repr, remembered)) == sorted(map(repr, fresh)), (step, uri)


def test_only_what_rests_on_a_change_is_looked_at_again() -> None:
    rules = choose_rules(Config(), Plugins(third_party=False).rules())
    workspace, memory = Workspace(), Memory()
    for number in range(40):
        text = PARTS[0].replace("web", f"w{number}") + "---\n" + PARTS[1].replace("web", f"w{number}")
        workspace.put(Loaded(f"{number}.yaml", Source(f"{number}.yaml", text)))
    analyse(workspace.snapshot(), rules, Facts("1.37"), memory)
    whole = memory.checks
    text = PARTS[0].replace("web", "w7").replace("replicas: 2", "replicas: 3") + "---\n" + PARTS[1].replace("web", "w7")
    workspace.put(Loaded("7.yaml", Source("7.yaml", text)))
    analyse(workspace.snapshot(), rules, Facts("1.37"), memory)
    again = memory.checks - whole
    assert 0 < again < whole / 8
    analyse(workspace.snapshot(), rules, Facts("1.37"), memory)
    assert memory.checks == whole + again
