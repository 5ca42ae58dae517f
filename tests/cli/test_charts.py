"""Charts are rendered by default: findings stand where somebody wrote what is wrong."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

from tests.cli.conftest import Kubelens

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: {{ .Values.image | quote }}
        imagePullPolicy: {{ .Values.policy }}
"""


def chart(folder: Path, name: str = "shop", **files: str) -> None:
    for path, text in {"Chart.yaml": CHART.replace("shop", name), **files}.items():
        file = folder / path.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_a_finding_stands_in_the_template_and_names_the_value(tmp_path: Path, kubelens: Kubelens) -> None:
    values = "replicas: 2\nimage: nginx:1.27\npolicy: Sometimes\n"
    chart(tmp_path / "shop", **{"templates__a.yaml": DEPLOYMENT, "values.yaml": values})
    done = kubelens("check")
    assert done.returncode == 1
    assert "--> shop/templates/a.yaml:16:26" in done.stdout
    assert "::: shop/values.yaml:3:9" in done.stdout


def test_a_comment_in_the_template_silences_it(tmp_path: Path, kubelens: Kubelens) -> None:
    values = "replicas: 2\nimage: nginx:1.27\npolicy: Sometimes\n"
    text = DEPLOYMENT.replace("        imagePull", "        # kubelens: ignore[invalid-value] ours\n        imagePull")
    found = kubelens("check", "-o", "concise").stdout
    chart(tmp_path / "shop", **{"templates__a.yaml": DEPLOYMENT, "values.yaml": values})
    rule = kubelens("check", "-o", "concise").stdout.partition("[")[2].partition("]")[0]
    assert rule, found
    chart(tmp_path / "shop", **{"templates__a.yaml": text.replace("invalid-value", rule), "values.yaml": values})
    assert kubelens("check").returncode == 0


def test_a_comment_in_the_values_silences_it(tmp_path: Path, kubelens: Kubelens) -> None:
    values = "replicas: 2\nimage: nginx:1.27\npolicy: Sometimes\n"
    chart(tmp_path / "shop", **{"templates__a.yaml": DEPLOYMENT, "values.yaml": values})
    rule = kubelens("check", "-o", "concise").stdout.partition("[")[2].partition("]")[0]
    values = values.replace("policy", f"# kubelens: ignore[{rule}] ours\npolicy")
    chart(tmp_path / "shop", **{"templates__a.yaml": DEPLOYMENT, "values.yaml": values})
    assert kubelens("check").returncode == 0


def test_charts_are_judged_apart(tmp_path: Path, kubelens: Kubelens) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: same\n"
    for name in ("one", "two"):
        chart(tmp_path / name, name, **{"templates__a.yaml": text})
    done = kubelens("check")
    assert done.returncode == 0, done.stdout
    assert "2 objects" in done.stdout


def test_links_out_of_a_chart_are_not_followed(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "secret").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Leaked\n")
    chart(tmp_path / "shop", **{"templates__b.yaml": "# nothing\n"})
    os.symlink("../../secret", tmp_path / "shop" / "templates" / "a.yaml")
    assert "Leaked" not in kubelens("check", "shop").stdout


def test_a_chart_is_compared_with_what_it_was(tmp_path: Path, kubelens: Kubelens) -> None:
    values = "replicas: 2\nimage: nginx:1.27\npolicy: Always\n"
    chart(tmp_path / "old", **{"templates__a.yaml": DEPLOYMENT, "values.yaml": values})
    new = DEPLOYMENT.replace("matchLabels: {app: web}", "matchLabels: {app: new}").replace(
        "labels: {app: web}", "labels: {app: new}"
    )
    chart(tmp_path / "new", **{"templates__a.yaml": new, "values.yaml": values})
    assert kubelens("check", "new").returncode == 0
    done = kubelens("check", "new", "--against", "old")
    assert done.returncode == 1
    assert "--> new/templates/a.yaml" in done.stdout


def test_a_finding_in_an_archive_stands_where_the_archive_is_asked_for(tmp_path: Path, kubelens: Kubelens) -> None:
    values = "replicas: 2\nimage: nginx:1.27\npolicy: Sometimes\n"
    chart(tmp_path / "web", "web", **{"templates__a.yaml": DEPLOYMENT, "values.yaml": values})
    asks = CHART + "dependencies:\n- name: web\n  version: 1.0.0\n  repository: https://charts.example\n"
    chart(tmp_path / "shop", **{"Chart.yaml": asks})
    (tmp_path / "shop" / "charts").mkdir()
    with tarfile.open(tmp_path / "shop" / "charts" / "web-1.0.0.tgz", "w:gz") as archive:
        archive.add(tmp_path / "web", "web")
    done = kubelens("check", "shop")
    assert done.returncode == 1, done.stdout
    assert "--> shop/Chart.yaml:5:9" in done.stdout
    assert "it stands in charts/web-1.0.0.tgz, templates/a.yaml:16" in done.stdout
    rule = done.stdout.partition("[")[2].partition("]")[0]
    silenced = asks.replace("- name: web", f"- name: web  # kubelens: ignore[{rule}] ours")
    (tmp_path / "shop" / "Chart.yaml").write_text(silenced)
    assert kubelens("check", "shop").returncode == 0


def test_a_dependency_may_be_called_as_the_folder_of_definitions(tmp_path: Path, kubelens: Kubelens) -> None:
    below = {"charts__crds__Chart.yaml": CHART.replace("shop", "crds"), "charts__crds__templates__a.yaml": DEPLOYMENT}
    values = "crds: {replicas: 2, image: nginx:1.27, policy: Sometimes}\n"
    chart(tmp_path / "shop", **below, **{"values.yaml": values})
    done = kubelens("check", "-o", "concise")
    assert done.returncode == 1
    assert done.stdout.startswith("shop/charts/crds/templates/a.yaml:16:26: error")


def test_objects_that_several_values_print_alike_are_counted_with_each(tmp_path: Path, kubelens: Kubelens) -> None:
    values = "replicas: 2\nimage: nginx:1.27\npolicy: Always\n"
    account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: shop}\n"
    files = {"templates__a.yaml": DEPLOYMENT, "templates__b.yaml": account, "values.yaml": values}
    chart(tmp_path / "shop", **files, **{"ci__more-values.yaml": "replicas: 3\n"})
    assert kubelens("check").stdout.startswith("4 objects in 2 sets: nothing to report")


def test_a_chart_by_its_whole_path_from_another_folder(tmp_path: Path, kubelens: Kubelens) -> None:
    values = "replicas: 2\nimage: nginx:1.27\npolicy: Sometimes\n"
    chart(tmp_path / "one" / "shop", **{"templates__a.yaml": DEPLOYMENT, "values.yaml": values})
    chart(tmp_path / "two" / "shop", **{"templates__a.yaml": "{{ nope }}"})
    (tmp_path / "elsewhere").mkdir()
    for name, place in (("one", "templates/a.yaml:16:26: error[admission]"), ("two", "templates/a.yaml:1:1: error")):
        folder = tmp_path / name / "shop"
        done = kubelens("check", str(folder), "--isolated", "-o", "concise", cwd=tmp_path / "elsewhere")
        assert done.returncode == 1
        assert f"{folder.as_posix()}/{place}" in done.stdout


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: NAME}
spec:
  rules:
    - host: shop.example.org
      http:
        paths: [{path: /, pathType: Prefix, backend: {service: {name: NAME, port: {number: 80}}}}]
"""


def test_folders_below_the_templates_are_one_release(tmp_path: Path, kubelens: Kubelens) -> None:
    blue, green = (INGRESS.replace("NAME", name) for name in ("blue", "green"))
    loose = {"../loose/blue/ingress.yaml": blue, "../loose/green/ingress.yaml": green}
    released = {"templates/blue/ingress.yaml": blue, "templates/green/ingress.yaml": green}
    chart(tmp_path / "shop", **released, **loose)
    done = kubelens("check", "-o", "concise", "--select", "ingress-host-conflict")
    assert [line.partition(":")[0] for line in done.stdout.splitlines() if "ingress-host-conflict" in line] == [
        "shop/templates/green/ingress.yaml"
    ]


SERVED = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27", ports: [{name: http, containerPort: 80}]}]}
"""
TEST = """\
apiVersion: v1
kind: Pod
metadata: {name: web-test, labels: {app: web}, annotations: {helm.sh/hook: "MOMENT"}}
spec: {restartPolicy: Never, containers: [{name: wget, image: "busybox:1.37"}]}
"""


def test_pods_of_a_test_are_there_while_it_runs(tmp_path: Path, kubelens: Kubelens) -> None:
    chart(tmp_path / "shop", **{"templates__a.yaml": SERVED, "templates__b.yaml": TEST.replace("MOMENT", "test")})
    assert "nothing to report" in kubelens("check").stdout
    placed = kubelens("predict", "schedule").stdout
    assert placed.startswith("1 Pod ")
    assert "no Pod of Pod 'default/web-test': it is made for its moment alone (hook test)" in placed
    assert "Pod web-test" not in kubelens("predict", "endpoints", "--service", "web").stdout
    asked = kubelens("predict", "connect", "web-test", "web:80")
    assert asked.returncode == 0
    assert "Pod web-test is made for its moment alone (hook test): this is said of that moment" in asked.stdout


def test_pods_of_an_upgrade_are_there(tmp_path: Path, kubelens: Kubelens) -> None:
    upgrade = TEST.replace("MOMENT", "test,pre-upgrade")
    chart(tmp_path / "shop", **{"templates__a.yaml": SERVED, "templates__b.yaml": upgrade})
    assert kubelens("predict", "schedule").stdout.startswith("2 Pods ")
