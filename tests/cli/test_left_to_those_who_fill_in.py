"""What other servers name, other tools fill in or operators add is no fault of the manifests: told only where it is certain."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: NAME, namespace: harbour}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: crane}}
"""
CRANE = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: crane, namespace: harbour}
spec:
  replicas: 3
  selector: {matchLabels: {app: crane}}
  template:
    metadata: {labels: {app: crane}}
    spec: {containers: [{name: crane, image: crane:1.0}]}
"""
MONITOR = """\
apiVersion: v1
kind: Service
metadata: {name: crane, namespace: harbour, labels: {app: crane}}
spec:
  selector: {app: crane}
  ports: [{name: web, port: 80}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: crane, namespace: harbour}
spec:
  selector: SELECTOR
  endpoints: [{port: metrics}]
"""
SECRETS = "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: keys}\nfiles: [keys.enc.yaml]\n"


def rules_of(folder: Path, files: dict[str, str]) -> list[str]:
    """The rules that find something, in the order of the findings."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    done = CliRunner().invoke(cli, ["check", str(folder), "-o", "concise", "--isolated", "--no-cache", "--allow-empty"])
    assert done.exit_code in (0, 1), done.output
    return [line.partition("[")[2].partition("]")[0] for line in done.output.splitlines() if f"{folder}/" in line]


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        ("user.openshift.io/v1 Group", "dock_workers", []),
        ("user.openshift.io/v1 Identity", "ldap:ann", []),
        ("image.openshift.io/v1 ImageStream", "sync_labels", []),
        ("console.openshift.io/v1 ConsoleLink", "dock_workers", ["custom-resource-schema"]),
    ],
)
def test_names_of_aggregated_servers_follow_their_own_rules(
    tmp_path: Path, kind: str, name: str, found: list[str]
) -> None:
    version, kind = kind.split()
    rest = {
        "Group": "users: [ann]\n",
        "Identity": "providerName: ldap\nproviderUserName: ann\nuser: {}\n",
        "ConsoleLink": "spec: {href: 'https://docks.example', location: HelpMenu, text: Docks}\n",
    }.get(kind, "")
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: '{name}'}}\n{rest}"
    assert rules_of(tmp_path, {"one.yaml": text}) == found


@pytest.mark.parametrize(("version", "found"), [("$(VERSION)", []), ("Version", ["admission"])])
def test_a_variable_in_a_name_is_filled_in(tmp_path: Path, version: str, found: list[str]) -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: 'crane-{version}'}}\ndata: {{}}\n"
    assert rules_of(tmp_path, {"one.yaml": text}) == found


def test_a_file_that_begins_with_a_line_of_a_template_is_one(tmp_path: Path) -> None:
    plain = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: crane}\n"
    assert rules_of(tmp_path / "a", {"one.yaml": f"{{{{ if .Steel }}}}\n{plain}{{{{ end }}}}\n"}) == []
    assert "dropped-document" in rules_of(tmp_path / "b", {"one.yaml": f"{plain}...\n{plain}"})


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("{}", []),
        ("{matchLabels: {}}", []),
        ("{matchLabels: {app: crane}}", ["monitor-port-unknown"]),
    ],
)
def test_a_monitor_of_everything_also_selects_what_operators_make(
    tmp_path: Path, selector: str, found: list[str]
) -> None:
    files = {"one.yaml": MONITOR.replace("SELECTOR", selector) + CRANE}
    assert [one for one in rules_of(tmp_path, files) if one.startswith("monitor")] == found


def test_a_generator_that_is_a_program_leaves_the_build_short_of_what_it_makes(tmp_path: Path) -> None:
    broken = CRANE.removeprefix("---\n").replace("replicas: 3", "replicas: three")
    files = {
        "kustomization.yaml": "resources: [crane.yaml]\ngenerators: [keys.yaml]\n",
        "crane.yaml": broken,
        "keys.yaml": SECRETS,
    }
    assert rules_of(tmp_path, files) == ["wrong-type"]
    listed = CliRunner().invoke(cli, ["sets", str(tmp_path), "--isolated"]).output
    assert "what plugin 'ksops' makes" in listed


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("install/1.2/one.yaml", "tests/data/two.yaml", []),
        ("install/one.yaml", "install/two.yaml", ["pdb-blocks-drain", "pdb-blocks-drain"]),
    ],
)
def test_budgets_of_two_releases_share_no_pods(tmp_path: Path, first: str, second: str, found: list[str]) -> None:
    files = {first: BUDGET.replace("NAME", "crane") + CRANE, second: BUDGET.replace("NAME", "crane-1")}
    assert rules_of(tmp_path, files) == found


@pytest.mark.parametrize(("version", "found"), [("{{ version }}", False), ("{{ .Values.version }}", True)])
def test_a_chart_file_of_another_template_language_is_filled_in_before(
    tmp_path: Path, version: str, found: bool
) -> None:
    files = {
        "crane/Chart.yaml": f"apiVersion: v2\nname: crane\nversion: {version}\n",
        "crane/templates/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n",
    }
    assert ("chart-file-invalid" in rules_of(tmp_path, files)) is found


def test_files_from_beside_the_folder_are_judged_and_warned_of(tmp_path: Path) -> None:
    files = {
        "shared/crane.yaml": CRANE.removeprefix("---\n").replace("replicas: 3", "replicas: three"),
        "east/kustomization.yaml": "resources: [../shared/crane.yaml]\n",
    }
    assert sorted(rules_of(tmp_path, files)) == ["kustomization", "wrong-type"]
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "-o", "concise", "--isolated", "--no-cache"])
    (told,) = [line for line in done.output.splitlines() if "[kustomization]" in line]
    assert " warning[" in told
    assert "is built with --load-restrictor LoadRestrictionsNone alone" in told
    gone = {"west/kustomization.yaml": "resources: [../shared/gone.yaml]\n"}
    assert rules_of(tmp_path / "two", gone) == ["kustomization"]


def test_tests_of_one_name_are_run_and_not_applied(tmp_path: Path) -> None:
    case = "apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nmetadata: {name: crane}\nspec: {steps: []}\n"
    assert rules_of(tmp_path, {"chainsaw-test.yaml": f"{case}---\n{case}"}) == []


@pytest.mark.parametrize(
    ("generator", "found"),
    [
        ("clusters: {selector: {matchLabels: {dock: 'yes'}}}", []),
        ("list: {elements: [{name: east}]}", ["source-path-missing"]),
    ],
)
def test_which_clusters_an_argo_cd_has_no_file_says(tmp_path: Path, generator: str, found: list[str]) -> None:
    address = "https://git.example/docks.git"
    files = {
        "cluster.yaml": (
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: east\n  namespace: argocd\n"
            "  labels: {argocd.argoproj.io/secret-type: cluster, dock: 'yes'}\n"
            "stringData: {name: east, server: 'https://east.example'}\n"
        ),
        "set.yaml": (
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: cranes, namespace: argocd}\n"
            f"spec:\n  generators:\n  - {generator}\n  template:\n    metadata: {{name: 'cranes-{{{{name}}}}'}}\n"
            f"    spec:\n      project: default\n      source: {{repoURL: {address}, targetRevision: HEAD, "
            "path: 'cranes/{{name}}'}\n      destination: {server: 'https://east.example', namespace: docks}\n"
        ),
        "one.yaml": (
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: west, namespace: argocd}\n"
            f"spec:\n  project: default\n  source: {{repoURL: {address}, targetRevision: HEAD, path: cranes/west}}\n"
            "  destination: {server: 'https://east.example', namespace: docks}\n"
        ),
        "cranes/west/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: crane}\n",
    }
    assert rules_of(tmp_path, files) == found


@pytest.mark.parametrize(("beside", "found"), [("name: '{{ dock }}'", []), ("name: east", ["kustomization"])])
def test_kustomizations_of_a_scaffold_are_built_where_they_are_written_to(
    tmp_path: Path, beside: str, found: list[str]
) -> None:
    files = {
        "new/templates/crane/kustomization.yaml": "resources: [../base]\n",
        "new/templates/dock/one.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{{beside}}}\n",
    }
    assert rules_of(tmp_path, files) == found


@pytest.mark.parametrize(
    ("image", "found"), [("'{owner}/crane:1.0'", []), ("'{owner/crane:1.0'", ["image-name-invalid"])]
)
def test_an_owner_in_braces_is_filled_in(tmp_path: Path, image: str, found: list[str]) -> None:
    text = CRANE.removeprefix("---\n").replace("image: crane:1.0", f"image: {image}")
    assert [one for one in rules_of(tmp_path, {"one.yaml": text}) if one.startswith("image")] == found
