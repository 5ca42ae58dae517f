"""What the owners of repositories know already is not told, and what is like it is."""

from __future__ import annotations

import pytest

from tests.engine.sets.conftest import Repository

INGRESS = """\
# file: ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: till, annotations: {{kubernetes.io/ingress.class: {name}}}}}
spec: {{defaultBackend: {{service: {{name: till, port: {{number: 80}}}}}}}}
"""


@pytest.mark.parametrize(("name", "told"), [("gce", False), ("gce-internal", False), ("nginx", True)])
def test_the_annotation_is_the_only_way_to_gke_s_controller(repository: Repository, name: str, told: bool) -> None:
    repository.write(INGRESS.format(name=name))
    assert any("server-warning" in one for one in repository.findings()) is told


POD = """\
# file: {folder}/till.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {{name: till}}
spec:
  selector: {{matchLabels: {{app: till}}}}
  template:
    metadata: {{labels: {{app: till}}}}
    spec: {{containers: [{{name: till, image: "till:1", ports: [{{containerPort: {port}}}]}}]}}
"""
SERVICE = """\
# file: plain/service.yaml
apiVersion: v1
kind: Service
metadata: {name: till}
spec: {selector: {app: till}, ports: [{port: 80, targetPort: 8080}]}
"""


@pytest.mark.parametrize(("port", "told"), [(8080, False), (8443, True)])
def test_pods_of_a_service_s_own_folder_are_meant(repository: Repository, port: int, told: bool) -> None:
    repository.write(SERVICE + POD.format(folder="plain", port=port) + POD.format(folder="tls", port=8443))
    assert any("service-port-mismatch" in one for one in repository.findings()) is told


LIST = '[{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}]'


def test_a_list_of_objects_in_json_is_data(repository: Repository) -> None:
    repository.write(
        f"# file: ui/src/list.json\n{LIST}\n# file: a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: b}}\n"
    )
    assert repository.findings() == []
    repository.write(f"# file: list.json\n{LIST}\n")
    assert any("a list of 1 objects" in one for one in repository.findings())


TWICE = "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: till}}\nspec: {{shards: 1}}\n---\n"


@pytest.mark.parametrize(
    ("folder", "version", "kind", "told"),
    [
        ("docs/steps", "db.example.com/v1", "Shop", False),
        ("apps", "db.example.com/v1", "Shop", True),
        ("docs/steps", "v1", "Service", True),
    ],
)
def test_steps_of_a_lesson(repository: Repository, folder: str, version: str, kind: str, told: bool) -> None:
    text = TWICE.format(version=version, kind=kind)
    repository.write(f"# file: {folder}/till.yaml\n{text}{text.replace('shards: 1', 'shards: 2')}")
    assert any("duplicate-object" in one for one in repository.findings()) is told


HPA = "apiVersion: {version}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: till}}\nspec: {{maxReplicas: 3, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: till}}}}\n"


@pytest.mark.parametrize(("name", "told"), [("install-v2beta2.yaml", False), ("install-old.yaml", True)])
def test_a_file_for_older_servers(repository: Repository, name: str, told: bool) -> None:
    now = HPA.format(version="autoscaling/v2")
    repository.write(f"# file: install.yaml\n{now}# file: {name}\n{HPA.format(version='autoscaling/v2beta2')}")
    assert any("removed-api" in one for one in repository.findings()) is told


@pytest.mark.parametrize(("ignored", "told"), [("overlay/till.env\n", False), ("*.env", False), ("other.env\n", True)])
def test_a_file_that_git_ignores_is_made_before(repository: Repository, ignored: str, told: bool) -> None:
    repository.write(f"# file: .gitignore\n{ignored}")
    repository.write(
        "# file: overlay/kustomization.yaml\nconfigMapGenerator:\n- {name: till, envs: [till.env]}\nresources: [a.yaml]\n"
        "# file: overlay/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    )
    assert any("which is not there" in one for one in repository.findings()) is told


REPLACED = """\
# file: kustomization.yaml
resources: [a.yaml]
replacements:
- source: {kind: ConfigMap, name: a, fieldPath: data.x}
  targets:
  - select: {kind: ConfigMap}
    fieldPaths: [data.y]
  - select: {kind: Secret}
    fieldPaths: [stringData.y]
# file: a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {x: x, y: z}
"""


@pytest.mark.parametrize(("select", "told"), [("{kind: Secret}", False), ("{kind: Secret, name: b}", True)])
def test_kinds_that_there_may_be(repository: Repository, select: str, told: bool) -> None:
    repository.write(REPLACED.replace("{kind: Secret}", select))
    assert any("kustomization-entry-idle" in one for one in repository.findings()) is told


CHART = """\
# file: till/Chart.yaml
apiVersion: v2
name: till
version: 1.0.0
# file: till/values.yaml
server: {server}
image: {{repository: {image}, tag: "1"}}
# file: till/templates/all.yaml
apiVersion: v1
kind: PersistentVolume
metadata: {{name: "{{{{ .Release.Name }}}}"}}
spec:
  accessModes: [ReadWriteMany]
  capacity: {{storage: 1Gi}}
  nfs:
    path: /
    server: {{{{ .Values.server }}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {{name: "{{{{ .Release.Name }}}}-{name}"}}
spec:
  schedule: "0 1 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{{name: till, image: "{{{{ .Values.image.repository }}}}:{{{{ .Values.image.tag }}}}"}}]
"""


def test_what_who_installs_a_chart_gives(repository: Repository) -> None:
    repository.write(CHART.format(server="", image="", name="x" * 45))
    assert repository.findings() == []


def test_what_no_values_repair(repository: Repository) -> None:
    text = CHART.format(server="", image="Till", name="x" * 53)
    repository.write(text.replace("    server: {{ .Values.server }}\n", ""))
    found = "\n".join(repository.findings())
    assert "must have at most 52 characters" in found
    assert "spec.nfs.server: a value is required" in found
    assert "image 'Till:1'" in found


PATCHES = {
    "Deployment": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: till}\nspec: {template: {spec: {hostNetwork: true}}}\n",
    "claim": "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: till, labels: {a: b}}\n",
}


@pytest.mark.parametrize("patch", PATCHES)
def test_a_patch_that_no_kustomization_lists(repository: Repository, patch: str) -> None:
    text = PATCHES[patch]
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    repository.write(f"# file: shop/parts/till.yaml\n{text}# file: shop/a.yaml\n{settings}")
    assert repository.findings()
    repository.write("# file: shop/kustomization.yaml\nresources: [a.yaml]\n")
    assert repository.findings() == []
    repository.write("# file: shop/kustomization.yaml\nresources: [a.yaml, parts/till.yaml]\n")
    assert repository.findings()


def test_a_whole_object_that_no_kustomization_lists(repository: Repository) -> None:
    text = PATCHES["Deployment"].replace("hostNetwork: true", "containers: [{name: till, image: 'till:1'}]")
    repository.write(f"# file: shop/kustomization.yaml\nresources: []\n# file: shop/parts/till.yaml\n{text}")
    assert repository.findings()


@pytest.mark.parametrize(("folder", "told"), [(".archive", False), ("archive", False), (".deploy", True)])
def test_what_is_put_away(repository: Repository, folder: str, told: bool) -> None:
    repository.write(
        f"# file: {folder}/till.yaml\n{PATCHES['claim']}# file: a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n"
    )
    assert bool(repository.findings()) is told
    assert repository.findings(folder)


POLICY = """\
# file: till/all.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {{name: till}}
spec:
  selector: {{matchLabels: {{app: till}}}}
  template:
    metadata: {{labels: {{app: till}}}}
    spec: {{containers: [{{name: till, image: "till:1"}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: till}}
spec:
  podSelector: {{matchLabels: {{app: till}}}}
  policyTypes: [Egress]
  egress:
  - to: [{peer}]
    ports: [{{port: {port}}}]
"""
API_SERVER = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {component: kube-apiserver}}}"
ITS_NAMESPACE = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: default}}}"


@pytest.mark.parametrize(
    ("peer", "port", "told"),
    [
        (API_SERVER, 6443, False),
        (ITS_NAMESPACE, 443, False),
        (ITS_NAMESPACE, 5432, True),
        ("{podSelector: {matchLabels: {app: db}}}", 443, True),
    ],
)
def test_the_api_server_needs_no_name(repository: Repository, peer: str, port: int, told: bool) -> None:
    repository.write(POLICY.format(peer=peer, port=port))
    assert any("policy-blocks-dns" in one for one in repository.findings()) is told


def test_pods_of_another_folder_are_another_s(repository: Repository) -> None:
    repository.write(SERVICE + POD.format(folder="tls", port=8443))
    assert repository.findings() == []


SERVED = """\
# file: a.yaml
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llm-gpu, namespace: shop}
spec: {predictor: {minReplicas: 1}}
---
apiVersion: v1
kind: Service
metadata: {name: llm-cpu-predictor, namespace: shop}
spec: {type: ExternalName, externalName: llm.example.com}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: llm, namespace: shop}
spec: {defaultBackend: {service: {name: llm-gpu-predictor, port: {number: 80}}}}
"""


@pytest.mark.parametrize(("name", "told"), [("llm-gpu", False), ("llm-other", True)])
def test_services_that_kserve_makes(repository: Repository, name: str, told: bool) -> None:
    repository.write(SERVED.replace("name: llm-gpu,", f"name: {name},"))
    assert any("service-missing" in one for one in repository.findings()) is told


BUILT = "helm template shop > ${OUT}/east/made.yaml\nkustomize build ${OUT}/east\n"


@pytest.mark.parametrize(
    ("script", "text", "told"),
    [
        ("hack/render.sh", BUILT, False),
        ("Makefile", f"render:\n\t{BUILT}", False),
        ("hack/render.sh", BUILT.replace("/made", "/other"), True),
        ("overlays/write.go", 'package overlays\n\nconst made = "made.yaml"\n', False),
        ("overlays/write.go", 'package overlays\n\nconst made = "unmade.yaml"\n', True),
        ("cmd/write.go", 'package cmd\n\nconst made = "made.yaml"\n', True),
    ],
)
def test_a_file_that_a_script_writes_is_made_before(repository: Repository, script: str, text: str, told: bool) -> None:
    repository.write(
        "# file: overlays/east/kustomization.yaml\nresources: [made.yaml]\n"
        "# file: overlays/far/kustomization.yaml\nresources: [../east]\n"
    )
    repository.write(f"# file: {script}\n{text}")
    assert any("which is not there" in one for one in repository.findings()) is told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("cp -R base ${OUT}/overlays/east/base", False),
        ("cp -R base ${OUT}/overlays/west/base", True),
        ("echo overlays/east/base", True),
    ],
)
def test_a_folder_that_a_script_copies_is_there_before(repository: Repository, line: str, told: bool) -> None:
    repository.write(
        "# file: overlays/east/kustomization.yaml\nresources: [base/deep/made.yaml]\n"
        "# file: overlays/far/kustomization.yaml\nresources: [../east]\n"
    )
    repository.write(f"# file: generate.sh\n{line}\n")
    assert any("which is not there" in one for one in repository.findings()) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\tkustomize build --load-restrictor LoadRestrictionsNone east\n", False),
        ("\tkubectl kustomize --load-restrictor=LoadRestrictionsNone east\n", False),
        ("\tkustomize build --load-restrictor LoadRestrictionsRootOnly east\n", True),
        ("\tkubectl apply -k east\n", True),
    ],
)
def test_a_build_without_restriction(repository: Repository, text: str, told: bool) -> None:
    """Whose Makefile says so knows that the kustomization reads beside its folder; what it comes to is judged."""
    repository.write(
        "# file: east/kustomization.yaml\nresources: [../shared/till.yaml]\n"
        "# file: shared/till.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: till}\nspec: {ports: []}\n"
        f"# file: Makefile\nrender:\n{text}"
    )
    found = repository.findings()
    assert any("LoadRestrictionsNone" in one for one in found) is told
    assert any("spec.ports" in one for one in found)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("#@ data.values.name", False),
        ("# of data.values", True),
        ("'#@ data.values.name'", True),
    ],
)
def test_templates_of_ytt_wait(repository: Repository, named: str, told: bool) -> None:
    """What ytt fills in stands in comments, and reads as a field without a value."""
    head = '#@ load("@ytt:data", "data")\n' if not told else ""
    repository.write(
        f"# file: config/map.yaml\n{head}apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {named}\n  labels: true\n"
    )
    assert bool(repository.findings()) is told
