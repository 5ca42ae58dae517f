"""Every command and format over one hostile bundle: what comes out orders no terminal, no log and no browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner, Result

import kubelens
from kubelens.cli.commands import cli

TOPOLOGY_SCRIPT = Path(kubelens.__file__).parent / "report" / "topology_page.js"
EVIL = "x\\e[31m\\a\\r\\u202e\\n::error file=a.yaml::owned\\n##[error]owned ##vso[task.setvariable]x\\x9b\\u2028::stop-commands::y"
"""A name in double quotes of YAML: escape codes, breaks, marks of direction, and commands of GitHub's and Azure's logs."""
MARKUP = 'x\\" onload=\\"alert(1)\\" y=\'<script>alert(2)</script>]]>[bold]&#x3c;|`@team`|[link](http://evil)'
MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: "EVIL", namespace: "::warning::EVIL", labels: {"EVIL": "EVIL"}}
spec:
  replicas: 2
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      nodeSelector: {"EVIL": "EVIL"}
      priorityClassName: "EVIL"
      containers:
        - {name: "EVIL", image: "EVIL", ports: [{containerPort: 80, name: "EVIL"}], envFrom: [{configMapRef: {name: "EVIL"}}]}
---
apiVersion: v1
kind: Service
metadata: {name: "EVIL", namespace: "::warning::EVIL"}
spec: {selector: {app: a}, type: NodePort, ports: [{port: 80, name: "EVIL", targetPort: "EVIL"}]}
---
apiVersion: v1
kind: Service
metadata: {name: out, namespace: "::warning::EVIL"}
spec: {type: ExternalName, externalName: "EVIL"}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: "EVIL", namespace: "::warning::EVIL", annotations: {"EVIL": "EVIL"}}
spec:
  ingressClassName: "EVIL"
  rules:
    - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: "EVIL", port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: "EVIL", namespace: "::warning::EVIL"}
spec: {podSelector: {matchLabels: {app: a}}, ingress: [{from: [{podSelector: {matchLabels: {"EVIL": "EVIL"}}}]}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: "EVIL", namespace: "::warning::EVIL"}
spec: {minAvailable: 5, selector: {matchLabels: {app: a}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: "EVIL", namespace: "::warning::EVIL"}
spec:
  schedule: "EVIL"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "EVIL"}]}}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: "EVIL", namespace: "::warning::EVIL"}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: "EVIL", name: "EVIL"}
  maxReplicas: 3
  metrics: [{type: External, external: {metric: {name: "EVIL"}, target: {type: Value, value: "EVIL"}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: lone, namespace: default, labels: {app: lone}}
spec: {containers: [{name: a, image: "a:1"}], nodeSelector: {"EVIL": "EVIL"}}
---
apiVersion: v1
kind: Node
metadata: {name: "EVIL", labels: {topology.kubernetes.io/zone: "EVIL"}}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "10"}}
---
apiVersion: EVIL/v1
kind: "EVIL"
metadata: {name: "EVIL"}
"""
TERMINAL = re.compile(r"[^\n\t -~\u00a0-\uffff]|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""What a terminal takes for more than a character to show."""


def manifests(folder: Path, evil: str) -> Path:
    """The bundle in a folder, in a file whose own name is hostile too."""
    folder.mkdir(exist_ok=True)
    (folder / "::error file=x,line=1::\x1b[31mfile\n::error::owned.yaml").write_text(MANIFESTS.replace("EVIL", evil))
    (folder / "broken\x07.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: [\n")
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(manifests(tmp_path / "in", EVIL))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(cli, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), (arguments, done.exception)
    assert "internal error" not in done.output
    return done


def assert_harmless(text: str) -> None:
    assert not TERMINAL.findall(text)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::") and not line.startswith("  ::: ")]
    assert not re.search(r"##\w*\[", text)


TEXTS = [
    ["check", ".", "-o", "full"],
    ["check", ".", "-o", "concise", "--statistics", "--show-files"],
    ["check", ".", "-o", "grouped"],
    ["check", ".", "-o", "json"],
    ["check", ".", "-o", "jsonl"],
    ["check", ".", "-o", "sarif"],
    ["check", ".", "-o", "gitlab"],
    ["check", ".", "-o", "junit"],
    ["check", ".", "-o", "rdjson"],
    ["predict", "schedule", "."],
    ["predict", "schedule", ".", "--nodes", "1x2cpu,4Gi", "--what-if", "add=1x2cpu,4Gi"],
    ["predict", "schedule", ".", "--explain", "lone"],
    ["predict", "rollout", "."],
    ["predict", "rollout", ".", "--format", "json"],
    ["predict", "rollout", ".", "--format", "html"],
    ["predict", "endpoints", "."],
    ["predict", "endpoints", ".", "--service", "out"],
    ["predict", "endpoints", ".", "--format", "json"],
    ["predict", "connect", "--matrix", "."],
    ["predict", "connect", "--matrix", ".", "--format", "json"],
    ["predict", "connect", "lone -> 10.0.0.1:80", "."],
    ["predict", "drain", "."],
    ["predict", "cron", "."],
    ["predict", "cron", ".", "--format", "json"],
    ["predict", "hpa", "."],
    ["predict", "dns", "out", "--from", "lone", "."],
    ["predict", "dns", "--records", "."],
    ["predict", "variables", "lone", "."],
    ["predict", "route", "http://a/", "."],
    ["predict", "route", "http://a/", ".", "--passed", "--format", "json"],
    ["predict", "topology", "."],
    ["predict", "topology", ".", "--format", "dot"],
    ["predict", "topology", ".", "--format", "svg"],
    ["predict", "topology", ".", "--format", "html"],
]


@pytest.mark.parametrize("arguments", TEXTS, ids=" ".join)
@pytest.mark.parametrize("evil", [EVIL, MARKUP], ids=["escapes", "markup"])
def test_what_is_printed_orders_nothing(arguments: list[str], evil: str, folder: Path) -> None:
    manifests(folder / "in", evil)
    done = run(*arguments)
    assert done.output
    assert_harmless(done.output)
    if "json" in arguments or arguments[-1] in ("sarif", "gitlab", "rdjson"):
        json.loads(done.stdout)
    if arguments[-1] in ("junit", "svg"):
        assert_page_is_inert(done.stdout, Xml.fromstring(done.stdout.encode()))
    if arguments[-1] == "html":
        own = TOPOLOGY_SCRIPT.read_text(encoding="utf-8") if "topology" in arguments else ""
        assert_page_is_inert(done.stdout, None, script=own)


def assert_page_is_inert(text: str, root: Xml.Element | None, script: str = "") -> None:
    """``script``: the only one that may be in the page, as it is in the package."""
    page = Page()
    assert f"<script>{script}</script>" in text or not script
    page.feed(text.replace(f"<script>{script}</script>", "") if script else text)
    assert not {"script", "iframe", "object", "embed", "a", "img", "link"} & page.tags
    assert not [name for name in page.attributes if name.startswith("on")]
    assert not [
        name for element in (root.iter() if root is not None else ()) for name in element.attrib if name[:2] == "on"
    ]
    if "html" in page.tags:
        runs = f"; script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" if script else ""
        nothing = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        assert page.policy == nothing + runs


class Page(HTMLParser):
    """The elements and attributes that a browser finds."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes |= found.keys()
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"] or ""


def test_annotations_of_github_are_those_of_findings(folder: Path) -> None:
    done = run("check", ".", "-o", "github")
    assert not TERMINAL.findall(done.output)
    commands = [line for line in done.output.splitlines() if line.startswith("::")]
    assert commands
    for line in commands:
        assert re.match(r"::(error|warning|notice) file=[^:]*,title=[a-z-]+::", line), line
    summary = (folder / "summary.md").read_text()
    assert not TERMINAL.findall(summary)


def test_a_step_summary_holds_no_markup_of_a_manifest(folder: Path) -> None:
    manifests(folder / "in", MARKUP)
    run("check", ".", "-o", "github")
    summary = (folder / "summary.md").read_text()
    assert "onload" in summary
    assert not re.search(r"<\w|@team|[^\\]`|[^\\]\[link", summary)


def test_one_rollout_as_a_picture(tmp_path: Path) -> None:
    text = MANIFESTS.partition("---")[0].replace("EVIL", MARKUP)
    (tmp_path / "a.yaml").write_text(text)
    done = run("predict", "rollout", str(tmp_path), "--format", "svg")
    assert_page_is_inert(done.stdout, Xml.fromstring(done.stdout.encode()))


def test_a_graph_has_the_lines_of_its_own_alone(folder: Path) -> None:
    for form, line in (
        ("mermaid", r'flowchart LR|  n\d+\[".*"\]|  style n\d+ .*|  n\d+ -->(\|".*"\|)? n\d+'),
        (
            "dot",
            r'digraph kubelens \{|  rankdir=LR;|  node \[shape=box\];|  n\d+( -> n\d+)?( \[label=".*"(, style=dashed)?\])?;|\}',
        ),
    ):
        for evil in (EVIL, MARKUP):
            manifests(folder / "in", evil)
            out = run("predict", "topology", ".", "--format", form).stdout
            assert all(re.fullmatch(line, one) for one in out.splitlines()), form


def test_errors_are_lines_of_their_own(folder: Path) -> None:
    for arguments in (
        ["check", "x\n::error::owned"],
        ["predict", "drain", "x\n::error::owned"],
    ):
        assert_harmless(run(*arguments).output)
    command = [sys.executable, "-m", "kubelens", "check", "--x\n::error::owned"]
    assert_harmless(subprocess.run(command, capture_output=True, text=True, check=False).stderr)


def test_a_patch_names_hostile_files_as_git_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a\n::error::é.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: 1\n"
    )
    done = run("check", "--isolated", "--diff", ".")
    assert '--- "a/a\\n::error::é.yaml"\n' in done.stdout


@pytest.mark.parametrize("call", [lambda: TERMINAL.findall("\x1b\x07\r\x9b\u202e\u2028")])
def test_the_pattern_finds_what_terminals_obey(call: Callable[[], list[str]]) -> None:
    assert len(call()) == 6
