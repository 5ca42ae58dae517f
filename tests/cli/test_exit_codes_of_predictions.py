"""One table of exit codes for all predictions: docs/reference/exit-codes.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import kubelens.cli as cli_package
from kubelens.cli.commands import cli

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "exit-codes.md"
YARD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: crane, namespace: yard}
spec:
  replicas: 2
  selector: {matchLabels: {app: crane}}
  template:
    metadata: {labels: {app: crane}}
    spec: {containers: [{name: main, image: "yard/crane:1", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: crane, namespace: yard}
spec: {selector: {app: crane}, ports: [{port: 80}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tide, namespace: yard}
spec:
  schedule: "0 6 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "yard/tide:1"}]}}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: crane, namespace: yard}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crane}
  maxReplicas: 4
  metrics: [{type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: crane, namespace: yard}
spec: {rules: [{host: yard.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: crane, port: {number: 80}}}}]}}]}
---
"""
REFUSED = {
    "PodDisruptionBudget": """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: crane, namespace: yard}
spec: {minAvailable: -1, selector: {matchLabels: {app: crane}}}
""",
    "Service": """
apiVersion: v1
kind: Service
metadata: {name: hoist, namespace: yard}
spec: {selector: {app: hoist}, ports: [{port: 99999}]}
""",
    "PersistentVolumeClaim": """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: rope, namespace: yard}
spec: {accessModes: [], resources: {requests: {storage: 1Gi}}}
""",
    "Deployment": """
apiVersion: apps/v1
kind: Deployment
metadata: {name: hoist, namespace: yard}
spec:
  selector: {matchLabels: {app: hoist}}
  template:
    metadata: {labels: {app: hoist}}
    spec: {containers: [{name: main, image: "yard/hoist:1", imagePullPolicy: Sometimes}]}
""",
}
OVERVIEWS = {
    "apply": ("apply", tuple(REFUSED)),
    "drain": ("drain", ("PodDisruptionBudget", "Deployment")),
    "endpoints": ("endpoints", ("Service", "Deployment")),
    "rollout": ("rollout", tuple(REFUSED)),
    "schedule": ("schedule", ("Deployment",)),
    "volumes": ("volumes", ("PersistentVolumeClaim", "Deployment")),
    "connect --matrix": ("connect --matrix", ("Service", "Deployment")),
    "dns --records": ("dns --records", ("Service", "Deployment")),
    "cron": ("cron", ()),
    "hpa": ("hpa", ()),
}
QUESTIONS = {
    "can": "can system:serviceaccount:yard:crane get pods -f",
    "connect": "connect yard/crane yard/crane:80",
    "dns": "dns crane --from yard/crane",
    "lifecycle": "lifecycle yard/crane",
    "route": "route http://yard.example/",
    "variables": "variables yard/crane",
}


def code(words: str, path: Path, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["predict", *words.split(), str(path), "--isolated", *more])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def written(folder: Path, more: str = "", name: str = "yard.yaml") -> Path:
    (folder / name).write_text(YARD + more, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("name", OVERVIEWS)
def test_an_overview_ends_with_1_beside_a_refusal_that_it_tells(tmp_path: Path, name: str) -> None:
    words, kinds = OVERVIEWS[name]
    assert code(words, written(tmp_path))[0] == 0
    for kind in kinds:
        found, said = code(words, written(tmp_path, REFUSED[kind]))
        assert found == 1, (kind, said)
        assert "refuse" in said, (kind, said)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_about_one_thing(tmp_path: Path, name: str) -> None:
    """What is refused beside it is told and decides nothing."""
    answer = code(QUESTIONS[name], written(tmp_path))
    assert answer[0] == (1 if name == "can" else 0), answer
    for text in REFUSED.values():
        found, said = code(QUESTIONS[name], written(tmp_path, text))
        assert found == answer[0], said


@pytest.mark.parametrize("name", ["lifecycle", "variables"])
def test_what_is_asked_about_being_refused_is_a_no(tmp_path: Path, name: str) -> None:
    words = QUESTIONS[name].replace("crane", "hoist")
    assert code(words, written(tmp_path, REFUSED["Deployment"]))[0] == 1


@pytest.mark.parametrize("words", [*(words for words, _ in OVERVIEWS.values()), *QUESTIONS.values(), "topology"])
def test_input_that_cannot_be_read_goes_before_a_no(tmp_path: Path, words: str) -> None:
    written(tmp_path, REFUSED["Service"])
    (tmp_path / "torn.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a\nspec: ]\n", encoding="utf-8"
    )
    found, said = code(words, tmp_path)
    assert found == 3, said
    assert "torn.yaml" in said


def test_the_page_names_every_prediction() -> None:
    rows = re.findall(r"^\| (`[^|]*) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    named = {word.split()[0] for row in rows for word in re.findall(r"`([a-z][^`]*)`", row)}
    own = {path.stem[8:] for path in Path(cli_package.__file__).parent.glob("predict_*.py")}
    assert own <= named
