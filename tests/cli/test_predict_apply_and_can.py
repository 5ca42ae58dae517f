"""``predict apply`` and ``predict can`` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Kubelens

_APP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 0}]}
"""
_ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
"""


def test_apply_and_check_tell_what_a_namespace_warns_of(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(_APP.replace("enforce", "warn").replace("port: 0", "port: 80"))
    objects = {
        one["object"]: one
        for one in json.loads(kubelens("predict", "apply", "a.yaml", "--format", "json").stdout)["objects"]
    }
    (warning,) = objects["Deployment 'shop/web'"]["warnings"]
    assert warning.startswith('would violate PodSecurity "restricted:latest"')
    assert not objects["Service 'shop/web'"]["warnings"]
    assert warning in kubelens("check", "a.yaml", "--select", "server-warning", "-o", "concise").stdout


def test_apply_says_what_is_stored_what_is_refused_and_what_becomes_of_the_pods(
    kubelens: Kubelens, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(_APP)
    done = kubelens("predict", "apply", "a.yaml", "--format", "json")
    objects = {one["object"]: one for one in json.loads(done.stdout)["objects"]}
    assert done.returncode == 1
    assert objects["Service 'shop/web'"]["verdict"] == "refused"
    deployment = objects["Deployment 'shop/web'"]
    assert deployment["verdict"] == "stored"
    assert deployment["filled_in"]["spec.strategy.rollingUpdate.maxSurge"] == "25%"
    assert "restricted" in deployment["pods"]
    assert "+ spec.replicas: 1" in kubelens("predict", "apply", "a.yaml", "--object", "Deployment/web").stdout


def test_a_pod_that_its_namespace_keeps_out_is_refused_itself(kubelens: Kubelens, tmp_path: Path) -> None:
    pod = """---
apiVersion: v1
kind: Pod
metadata: {name: lone, namespace: shop}
spec: {containers: [{name: c, image: nginx}]}
"""
    (tmp_path / "a.yaml").write_text(_APP + pod)
    done = kubelens("predict", "apply", "a.yaml", "--format", "json")
    lone = next(one for one in json.loads(done.stdout)["objects"] if one["object"] == "Pod 'shop/lone'")
    assert (lone["verdict"], lone["plugin"], lone["filled_in"]) == ("refused", "PodSecurity", {})
    (tmp_path / "a.yaml").write_text(_APP.replace("restricted", "baseline") + pod)
    done = kubelens("predict", "apply", "a.yaml", "--format", "json")
    assert "stored" in [one["verdict"] for one in json.loads(done.stdout)["objects"] if "lone" in one["object"]]


def test_apply_shows_what_plugins_and_policies_give(kubelens: Kubelens, tmp_path: Path) -> None:
    """A class for a claim and an Ingress, and everything that a Pod gets on its way in; lists grow item by item."""
    (tmp_path / "a.yaml").write_text("""\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: quick, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: quick.example.org
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: gate, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
spec: {controller: gate.example.org/gate}
---
apiVersion: v1
kind: LimitRange
metadata: {name: sizes, namespace: mill}
spec: {limits: [{type: Container, default: {memory: 64Mi}}]}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: plain}
value: 7
globalDefault: true
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: flour, namespace: mill}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: door, namespace: mill}
spec: {defaultBackend: {service: {name: mill, port: {number: 80}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: miller, namespace: mill}
spec:
  volumes: [{name: sacks, emptyDir: {}}]
  containers: [{name: miller, image: "mill/miller:1", volumeMounts: [{name: sacks, mountPath: /sacks}]}]
""")
    found = json.loads(kubelens("predict", "apply", "a.yaml", "--format", "json").stdout)["objects"]
    given = {one["object"]: one["filled_in"] for one in found}
    assert given["PersistentVolumeClaim 'mill/flour'"]["spec.storageClassName"] == "quick"
    assert given["Ingress 'mill/door'"]["spec.ingressClassName"] == "gate"
    miller = given["Pod 'mill/miller'"]
    assert (miller["spec.priorityClassName"], miller["spec.priority"]) == ("plain", 7)
    assert miller["spec.containers[0].resources.limits.memory"] == "64Mi"
    assert miller["spec.serviceAccountName"] == "default"
    assert (
        miller["spec.volumes[1]"]["name"] == miller["spec.containers[0].volumeMounts[1]"]["name"] == "kube-api-access"
    )
    assert "spec.volumes" not in miller


def test_an_object_that_is_not_there_is_no_answer(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(_APP)
    done = kubelens("predict", "apply", "a.yaml", "--object", "Deployment/site")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no object is called 'Deployment/site' among the files" in done.stderr


def test_can_answers_with_the_rule_or_what_nearly_allows_it(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(_ROLE)
    yes = kubelens("predict", "can", "shop/web", "get", "pods", "r.yaml", "-n", "shop")
    assert (yes.returncode, yes.stdout.splitlines()[0][:4]) == (0, "yes:")
    assert "r.yaml:4" in yes.stdout
    no = kubelens("predict", "can", "shop/web", "delete", "pods", "r.yaml", "-n", "shop")
    assert no.returncode == 1
    assert "its verbs are 'get'" in no.stdout
    assert "get pods in namespace 'shop'" in kubelens("predict", "can", "shop/web", "--list", "-f", "r.yaml").stdout


def test_a_role_that_is_refused_gives_nothing(kubelens: Kubelens, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(
        _ROLE.replace("verbs: [get]}]", 'verbs: [get]}, {apiGroups: [""], resources: [nodes]}]')
    )
    no = kubelens("predict", "can", "shop/web", "get", "pods", "r.yaml", "-n", "shop", "--format", "json")
    found = json.loads(no.stdout)
    assert (found["allowed"], [one["object"] for one in found["refused"]], no.returncode) == (
        False,
        ["Role 'shop/reader'"],
        1,
    )
    assert not any("not among the manifests" in text for text in found["assumptions"])
    listed = kubelens("predict", "can", "shop/web", "--list", "-f", "r.yaml", "-n", "shop")
    assert "refused: the API server refuses Role 'shop/reader'" in listed.stdout
    assert "get pods" not in listed.stdout


def test_apply_says_first_what_it_comes_to_and_where_each_object_is(kubelens: Kubelens, tmp_path: Path) -> None:
    volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: cellar}\nspec:\n  capacity: {storage: 1Gi}\n"
    volume += "  accessModes: [ReadWriteOnce]\n  hostPath: {path: /x}\n---\n"
    (tmp_path / "a.yaml").write_text(volume + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Desk}\n")
    lines = kubelens("predict", "apply", "a.yaml").stdout.splitlines()
    assert lines[0] == "2 objects: 1 refused, 1 stored"
    assert "PersistentVolume 'cellar': stored  (a.yaml:1)" in lines
    assert '  + spec.hostPath.type: ""' in lines
    assert any(line.startswith("ConfigMap 'default/Desk': refused") and line.endswith("(a.yaml:9)") for line in lines)
