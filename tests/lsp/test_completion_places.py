"""Every way in which YAML writes a place: lists, flow style, Lists, JSON, a document that is broken elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kubelens_lsp.completion import Asked, completions
from kubelens_lsp.convert import UTF16, key_of, to_position
from kubelens_lsp.cursor import Role, cursor_at
from kubelens_lsp.session import Session

from kubelens.syntax.text import Source
from tests.lsp.test_completion import accepted, offered

CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata:
    name: report
spec:
    schedule: "0 3 * * *"
    jobTemplate:
        spec:
            template:
                spec:
                    containers:
                    - name: report
                      image: report:1
"""
INDENTED = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      image: a:1\n"
POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n  podSelector: {}\n"
CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec:\n"
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules:\n"
ROUTE = "apiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\nmetadata: {name: g}\nspec:\n"
STORE = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: e}\nspec:\n"
BINDING = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: a}\n"


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        (f"{POLICY}  policyTypes:\n  - |\n", ["Ingress", "Egress"], ["podSelector"]),
        (f"{POLICY}  policyTypes: [Ingress, |]\n", ["Egress"], []),
        (f"{POLICY}  policyTypes: [Ingress, |]\n", ["Egress"], ["Ingress"]),
        (f"{CLAIM}  accessModes:\n  - ReadWriteOnce\n  - |\n", ["ReadWriteMany"], ["ReadWriteOnce"]),
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: |\n", ["kubernetes.io/tls"], []),
        ("apiVersion: v1\nkind: Pod\nspec:\n  nodeSelector:\n    kubernetes.io/os: |\n", ["linux"], []),
        (
            "apiVersion: v1\nkind: Pod\nspec:\n  affinity:\n    nodeAffinity:\n"
            "      requiredDuringSchedulingIgnoredDuringExecution:\n        nodeSelectorTerms:\n"
            "        - matchExpressions: [{key: |}]\n",
            ["kubernetes.io/arch"],
            [],
        ),
        (f"{CLAIM}  accessModes: [ReadWriteM|]\n", ["ReadWriteMany"], []),
        (f"{CLAIM}  accessModes: [|\n", ["ReadWriteOncePod"], []),
        (f"{CLAIM}  resources: {{requests: {{|}}}}\n", [], ["accessModes"]),
        (f"{ROLE}- apiGroups: [apps]\n  resources: [|]\n", ["statefulsets"], ["pods"]),
        (f"{ROLE}- apiGroups: ['']\n  resources: [pods]\n  verbs:\n  - |\n", ["deletecollection"], []),
        (f"{ROUTE}  |\n", ["parentRefs", "hostnames"], []),
        (f"{ROUTE}  rules:\n  - matches:\n    - method:\n        type: |\n", ["Exact", "RegularExpression"], []),
        (f"{STORE}  |\n", ["refreshInterval", "secretStoreRef"], []),
        ("apiVersion: gateway.networking.k8s.io/v1\nkind: |\n", ["GRPCRoute", "GatewayClass"], ["Service"]),
        ("apiVersion: cert-manager.io/v1\nkind: Cl|\n", ["ClusterIssuer"], []),
        (f"{CRON}                      image|\n", [], ["image"]),
        (f"{CRON}                    restart|\n", ["restartPolicy"], []),
        (f"{CRON}                    restartPolicy: |\n", ["OnFailure"], ["Always"]),
        (f"{CRON}                    |\n", ["restartPolicy"], []),
        (f"{INDENTED}    |\n", ["- name", "- image"], ["restartPolicy"]),
        ('{"apiVersion": "v1", "kind": "Service", "spec": {"type": "|"}}', ["NodePort"], []),
        ('{"apiVersion": "v1", "kind": "Service", "spec": {"|": {}}}', ["selector", "ports"], []),
        (
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  spec:\n    sessionAffinity: |\n",
            ["ClientIP"],
            [],
        ),
        ("kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: c # |\n", [], ["namespace"]),
        ("kind: ConfigMap\napiVersion: v1\ndata:\n  text: |-\n    one\n    ‸\n", [], ["metadata", "name"]),
        ("services:\n  web:\n    image: nginx\n|\n", [], ["apiVersion", "kind", "Deployment (whole object)"]),
        (f"{BINDING}subjects:\n- kind: |\n", ["ServiceAccount", "Group"], []),
        (f"{BINDING}roleRef:\n  kind: |\n", ["Role", "ClusterRole"], ["ServiceAccount"]),
        (
            "kind: Namespace\napiVersion: v1\nmetadata:\n  labels:\n    pod-sec|\n",
            ["pod-security.kubernetes.io/warn"],
            [],
        ),
        ("apiVersion: v1\nkind: Pod\nspec:\n  strategy\n  |\n", ["containers"], []),
        ("apiVersion: v1\nkind: Service\nspec:\n   |\n  selector: {}\n", ["type"], ["selector"]),
    ],
)
def test_a_place_is_found(tmp_path: Path, text: str, wanted: list[str], unwanted: list[str]) -> None:
    if "‸" in text:
        text = text.replace("|-", "\ue000").replace("‸", "|")
        (tmp_path / "others.yaml").write_text("")
        at = text.index("|")
        assert cursor_at(Source("new.yaml", text.replace("|", "").replace("\ue000", "|-")), at + 1) is None
        return
    found = offered(tmp_path, text)
    assert set(wanted) <= found.keys(), sorted(found)
    assert not set(unwanted) & found.keys()


def test_a_dash_that_is_missing_is_written(tmp_path: Path) -> None:
    text = f"{INDENTED}    |\n"
    assert accepted(text, offered(tmp_path, text)["- image"]).endswith("image: a:1\n    - image: \n")


def test_a_wrong_column_is_put_right(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\nspec:\n   |\n  selector: {}\n"
    item = offered(tmp_path, text)["type"]
    (edit,) = item.additional_text_edits or ()
    assert (edit.range.start.character, edit.range.end.character, edit.new_text) == (0, 3, "  ")


def test_lines_below_follow_the_document(tmp_path: Path) -> None:
    item = offered(tmp_path, f"{CRON}                      |\n", as_is=True)["ports"]
    assert item.text_edit is not None
    assert item.text_edit.new_text == "ports:\n                      - "
    item = offered(tmp_path, "apiVersion: v1\nkind: Pod\nmetadata:\n    name: p\nspec:\n    |\n", as_is=True)[
        "affinity"
    ]
    assert item.text_edit is not None
    assert item.text_edit.new_text == "affinity:\n        "


def test_what_must_be_there_comes_along(tmp_path: Path) -> None:
    item = offered(tmp_path, f"{POLICY.partition('spec')[0]}|\n", as_is=True, snippets=True)["spec"]
    assert item.text_edit is not None
    item = offered(tmp_path, "apiVersion: apps/v1\nkind: Deployment\n|\n", as_is=True, snippets=True)["spec"]
    assert item.text_edit is not None
    assert item.text_edit.new_text == "spec:\n  selector: $1\n  template: $2"


def test_a_kustomization_needs_no_kind(tmp_path: Path) -> None:
    from kubelens_lsp.form import form_of

    from kubelens.kube.bundle import NEWEST, Bundle

    form = form_of(Bundle([], NEWEST), NEWEST, None, "kustomization.yaml")
    assert form is not None
    assert {"resources", "patches", "configMapGenerator"} <= {field.name for field in form.fields()}
    patches = form.below("patches")
    assert patches is not None
    target = patches.below(0)
    assert target is not None
    assert {"path", "patch", "target"} <= {field.name for field in target.fields()}


LABELLED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: w, image: "registry:5000/w:1"}]}
"""
EXPRESSED = (
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec:\n  selector:\n    matchExpressions:\n"
)


@pytest.mark.parametrize(
    ("name", "text", "wanted", "unwanted"),
    [
        ("new.yaml", f"{EXPRESSED}    - key: |\n", ["tier", "app"], []),
        ("new.yaml", f"{EXPRESSED}    - {{key: tier, operator: In, values: [|]}}\n", ["front"], ["web"]),
        ("new.yaml", f"{EXPRESSED}    - {{key: tier, operator: |}}\n", ["NotIn"], ["Gt"]),
        (
            "new.yaml",
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: s}\nspec:\n  scaleTargetRef: {name: |}\n",
            ["web"],
            [],
        ),
        ("over/kustomization.yaml", "resources: [../base]\npatches:\n- target:\n    kind: |\n", ["Deployment"], []),
        (
            "over/kustomization.yaml",
            "resources: [../base]\npatches:\n- target: {kind: Deployment, name: |}\n",
            ["web"],
            [],
        ),
        (
            "over/kustomization.yaml",
            "resources: [../base]\npatches:\n- target: {kind: Service, name: |}\n",
            [],
            ["web"],
        ),
        ("over/kustomization.yaml", "resources: [../base]\nreplicas:\n- name: |\n", ["web"], []),
        ("over/kustomization.yaml", "resources: [../base]\nimages:\n- name: |\n", ["registry:5000/w"], []),
        ("over/kustomization.yaml", "secretGenerator:\n- name: a\n  behavior: |\n", ["merge"], []),
        (
            "app.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    path: |\n",
            ["base"],
            ["./base"],
        ),
        (
            "flux.yaml",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec:\n  path: |\n",
            ["./base"],
            [],
        ),
        (
            "flux.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec:\n  chart: {spec: {chart: |}}\n",
            ["./charts/c"],
            ["./base"],
        ),
    ],
)
def test_what_there_is_in_the_repository(
    tmp_path: Path, name: str, text: str, wanted: list[str], unwanted: list[str]
) -> None:
    files = {
        "base/web.yaml": LABELLED,
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "charts/c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
        ".git/HEAD": "ref: refs/heads/main\n",
        name: text.replace("|", ""),
    }
    for file, held in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(held)
    session = Session(folders=[tmp_path])
    session.configure()
    view = session.index()
    source = Source(key_of((tmp_path / name).as_uri()), text.replace("|", ""))
    at = to_position(source, text.index("|"), UTF16)
    found = {item.label for item in completions(Asked(view, source, at, UTF16))}
    assert set(wanted) <= found, sorted(found)
    assert not set(unwanted) & found


@given(
    at=st.integers(0, len(CRON)),
    broken=st.integers(0, len(CRON)),
    word=st.sampled_from(["", "x", ": ", "[", "'", "- "]),
)
@settings(max_examples=300, deadline=None)
def test_a_place_lies_in_its_own_object(at: int, broken: int, word: str) -> None:
    """Whatever else is wrong with the text: where something is found, it is on the way from the object to the cursor."""
    text = CRON[:broken] + word + CRON[broken:]
    found = cursor_at(Source("a.yaml", text), min(at, len(text)))
    if found is not None:
        assert found.role in Role
        assert len(found.around) >= 1
        assert all(isinstance(step, int | str) for step in found.path)
