"""``kubelens plan``: revisions, folders and standard input; sets on both sides; what ends with which code."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: main
        image: shop/web:1
        envFrom: [{configMapRef: {name: env}}]
"""
BASE = "resources: [web.yaml]\nconfigMapGenerator:\n- name: env\n  literals: [LEVEL=info]\n"
OVERLAY = "namespace: {name}\nresources: [../../base]\n"
CHART = "apiVersion: v2\nname: api\nversion: 1.0.0\n"
TEMPLATE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-api
spec:
  type: {{ .Values.type }}
  selector: {app: api}
  ports: [{port: 80}]
"""


def plan(*words: str, code: int = 0, stdin: str | None = None) -> Result:
    done = CliRunner().invoke(cli, ["plan", *words], input=stdin)
    assert done.exit_code == code, done.output
    return done


def data(*words: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plan(*words, "--format", "json", code=code).stdout)
    return found


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.email=a@example.com", "-c", "user.name=a", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "web.yaml").write_text(WEB)
    (tmp_path / "base" / "kustomization.yaml").write_text(BASE)
    for name in ("prod", "staging"):
        (tmp_path / "overlays" / name).mkdir(parents=True)
        (tmp_path / "overlays" / name / "kustomization.yaml").write_text(OVERLAY.format(name=name))
    (tmp_path / "chart" / "templates").mkdir(parents=True)
    (tmp_path / "chart" / "Chart.yaml").write_text(CHART)
    (tmp_path / "chart" / "values.yaml").write_text("type: ClusterIP\n")
    (tmp_path / "chart" / "templates" / "service.yaml").write_text(TEMPLATE)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_did_not_change_is_no_change(repository: Path) -> None:
    assert plan().stdout == "nothing changes for the server: nothing that differs is part of an apply set\n"
    (repository / "base" / "web.yaml").rename(repository / "base" / "other.yaml")
    (repository / "base" / "kustomization.yaml").write_text(BASE.replace("web.yaml", "other.yaml"))
    assert "nothing changes" in plan().stdout


def test_a_change_of_a_base_is_told_for_each_overlay(repository: Path) -> None:
    (repository / "base" / "web.yaml").write_text(WEB.replace("web:1", "web:2"))
    told = plan("main", code=0).stdout
    assert told.startswith("2 apply sets change, 1 does not\n")
    for name in ("prod", "staging"):
        assert f"\noverlays/{name}    1 to change\n    ~ Deployment {name}/web  containers[main].image" in told
    assert "1 to change" in plan("--in", "prod").stdout
    assert "staging" not in plan("--in", "prod").stdout


def test_generated_names_are_one_object_and_the_workload_rolls_out(repository: Path) -> None:
    (repository / "base" / "kustomization.yaml").write_text(BASE.replace("info", "debug"))
    (prod, _, _) = data()["sets"]
    assert {(c["action"], c["object"].partition("-")[0]) for c in prod["changes"]} == {
        ("change", "Deployment prod/web"),
        ("change", "ConfigMap prod/env"),
    }
    assert [c["kind"] for c in prod["consequences"]] == ["rollout"]


def test_values_of_a_chart_open_it_to_the_outside(repository: Path) -> None:
    (repository / "chart" / "values.yaml").write_text("type: LoadBalancer\n")
    found = data("--fail-on", "exposure", code=1)
    (chart,) = (one for one in found["sets"] if one["changes"])
    assert (chart["danger"], [c["kind"] for c in chart["consequences"]]) == ("exposure", ["exposed"])
    assert chart["consequences"][0]["place"].startswith("chart/templates/service.yaml:")
    plan("--fail-on", "outage", code=0)
    plan("--fail-on", "never", code=0)


def test_policies_must_hold(repository: Path) -> None:
    (repository / "chart" / "values.yaml").write_text("type: LoadBalancer\n")
    holds = "plan.sets.all(s, s.consequences.all(c, c.danger != 'outage'))"
    broken = "plan.sets.all(s, s.danger == 'none')"
    assert f"policy does not hold: {broken}" in plan("--policy", holds, "--policy", broken, code=1).output
    plan("--policy", holds)
    plan("--policy", "plan.sets.all(", code=2)


def test_two_revisions_and_the_way_back(repository: Path) -> None:
    claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n"
    (repository / "claim.yaml").write_text(claim)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    assert "+ PersistentVolumeClaim default/a" in plan("HEAD~1", "HEAD").stdout
    assert "[data-deleted]" in plan("HEAD", "HEAD~1").stdout
    git(repository, "rm", "-q", "claim.yaml")
    git(repository, "commit", "-qm", "three")
    assert "[comes-back-empty]" in plan("HEAD~1", "HEAD", "--back").stdout


def test_a_branch_is_compared_with_where_it_began(repository: Path) -> None:
    git(repository, "checkout", "-qb", "work")
    git(repository, "checkout", "-q", "main")
    (repository / "more.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: more}\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "main goes on")
    git(repository, "checkout", "-q", "work")
    assert "nothing changes" in plan("main").stdout


def test_folders_and_standard_input(tmp_path: Path) -> None:
    for name, image in (("old", "web:1"), ("new", "web:2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "web.yaml").write_text(WEB.replace("web:1", image))
    folders = (str(tmp_path / "old"), str(tmp_path / "new"))
    assert "~ Deployment default/web  containers[main].image shop/web:1 -> shop/web:2" in plan(*folders).stdout
    text = (tmp_path / "new" / "web.yaml").read_text()
    assert "1 to change" in plan(folders[0], "-", stdin=text).stdout


def test_a_cluster_says_what_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "web.yaml").write_text(WEB)
    cluster = tmp_path / "cluster.yaml"
    cluster.write_text(WEB.replace("web:1", "web:0"))
    words = (str(tmp_path / "old"), str(tmp_path / "new"))
    assert "+ Deployment default/web" in plan(*words).stdout
    assert (
        "~ Deployment default/web  containers[main].image shop/web:0 -> shop/web:1"
        in plan(*words, "--cluster", str(cluster)).stdout
    )


def test_what_is_no_revision_is_wrong_usage(repository: Path) -> None:
    assert "no-such" in plan("no-such", code=2).output


@pytest.mark.parametrize(("form", "begins"), [("markdown", "<!-- kubelens plan -->\n"), ("html", "<!doctype html>")])
def test_other_formats(repository: Path, form: str, begins: str) -> None:
    (repository / "base" / "web.yaml").write_text(WEB.replace("web:1", "web:2"))
    assert plan("--format", form).stdout.startswith(begins)


def test_findings_that_are_new_and_those_that_are_gone(tmp_path: Path) -> None:
    service = (
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: %s}, ports: [{port: 80}]}\n"
    )
    config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\n"
    right, wrong = tmp_path / "right.yaml", tmp_path / "wrong.yaml"
    right.write_text(WEB + config + service % "web")
    wrong.write_text(WEB + config + service % "wbe")
    there, back = plan(str(right), str(wrong)).stdout, plan(str(wrong), str(right)).stdout
    assert "(service-selects-nothing)  [finding-new]" in there
    assert "finding-fixed" not in there
    assert "(service-selects-nothing)  [finding-fixed]" in back


def test_files_for_different_clusters_hold_objects_of_one_name(tmp_path: Path) -> None:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {where: %s}\n"
    for side, west in (("old", "west"), ("new", "far-west")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "east.yaml").write_text(one % "east")
        (tmp_path / side / "west.yaml").write_text(one % west)
    found = plan(str(tmp_path / "old"), str(tmp_path / "new")).stdout
    assert found.count("ConfigMap default/env") == 1
    assert "data.where west -> far-west" in found


def test_changed_objects_of_one_name_say_which_file_is_theirs(tmp_path: Path) -> None:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {where: %s}\n"
    for side, level in (("old", "1"), ("new", "2")):
        (tmp_path / side).mkdir()
        for name in ("east", "west"):
            (tmp_path / side / f"{name}.yaml").write_text(one % f"{name}-{level}")
    found = plan(str(tmp_path / "old"), str(tmp_path / "new")).stdout
    assert re.search(r"ConfigMap default/env in .*new/east\.yaml +data\.where east-1 -> east-2", found)
    assert re.search(r"ConfigMap default/env in .*new/west\.yaml +data\.where west-1 -> west-2", found)


def test_a_set_that_gets_another_name_hands_its_objects_over(repository: Path) -> None:
    (repository / "overlays" / "prod").rename(repository / "overlays" / "production")
    found = data()
    told = {one["name"]: one for one in found["sets"]}
    assert told["overlays/prod"]["changes"] == told["overlays/production"]["changes"] == []
    assert [one["kind"] for one in told["overlays/production"]["consequences"]] == ["moved"]
    text = plan().stdout
    assert "from overlays/prod to here: " in text
    assert " to remove" not in text


def test_sets_with_the_same_to_tell_are_told_once(repository: Path) -> None:
    (repository / "overlays" / "staging" / "kustomization.yaml").write_text(OVERLAY.format(name="prod"))
    git(repository, "commit", "-qam", "two of one namespace")
    (repository / "base" / "web.yaml").write_text(WEB.replace("web:1", "web:2"))
    assert "\noverlays/prod and overlays/staging    1 to change in each\n" in plan().stdout


def test_what_cannot_be_rendered_is_told_by_its_files(repository: Path) -> None:
    (repository / "chart" / "Chart.yaml").write_text(
        CHART + "dependencies: [{name: db, version: 1.0.0, repository: https://charts.example.com}]\n"
    )
    git(repository, "commit", "-qam", "a dependency that is not here")
    (repository / "chart" / "values.yaml").write_text("type: NodePort  # for now\n")
    told = plan().stdout
    assert "? chart    what it comes to is not known: " in told
    assert "values.yaml  type ClusterIP -> NodePort" in told
    (repository / "chart" / "values.yaml").write_text("# as it was\ntype: ClusterIP\n")
    assert plan().stdout.startswith("nothing changes for the server")


def test_templates_of_what_cannot_be_rendered_are_told_by_their_lines_but_for_secrets(repository: Path) -> None:
    templates = repository / "chart" / "templates"
    (repository / "chart" / "Chart.yaml").write_text(
        CHART + "dependencies: [{name: db, version: 1.0.0, repository: https://charts.example.com}]\n"
    )
    cron = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  schedule: '@daily'\n"
    secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\nstringData:\n  token: %s\n"
    (templates / "cron.yaml").write_text(cron)
    (templates / "secret.yaml").write_text(secret % "first")
    git(repository, "add", ".")
    git(repository, "commit", "-qam", "a dependency that is not here")
    (templates / "cron.yaml").write_text(f"{cron}  concurrencyPolicy: Forbid\n")
    (templates / "secret.yaml").write_text(secret % "second")
    told = plan().stdout
    assert "chart/templates/cron.yaml  -0 +1 line: + concurrencyPolicy: Forbid\n" in told
    assert "chart/templates/secret.yaml changes\n" in told
    assert "second" not in told


def test_what_cannot_be_built_is_said_on_one_line(repository: Path) -> None:
    twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lamp}\ndata:\n  a: b\n"
    (repository / "base" / "lamp.yaml").write_text(f"{twice}  a: c\n")
    (repository / "base" / "kustomization.yaml").write_text("resources: [web.yaml, lamp.yaml]\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qam", "a key twice")
    (repository / "base" / "lamp.yaml").write_text(twice)
    told = plan().stdout
    assert "could not be built before the change" in told
    assert 'mapping key "a" already defined' in told
    assert "<U+000A>" not in told


def test_sets_that_are_not_known_for_one_reason_are_told_together(repository: Path) -> None:
    lacks = "dependencies: [{name: db, version: 1.0.%s, repository: https://charts.example.com}]\n"
    for patch in "01":
        for name in "abcde":
            (repository / name).mkdir(exist_ok=True)
            (repository / name / "Chart.yaml").write_text(CHART.replace("api", name) + lacks % patch)
        git(repository, "add", ".")
        git(repository, "commit", "-qm", patch)
    told = plan("HEAD~1", "HEAD").stdout
    assert told.count("  ? ") == 1
    assert "  ? 5 sets: a, b, c and 2 more    what it comes to is not known: " in told
    assert "      Chart.yaml  dependencies[db].version 1.0.0 -> 1.0.1" in told
    for form in ("markdown", "html"):
        assert (
            plan("HEAD~1", "HEAD", "--format", form).stdout.count("1.0.0 -&gt; 1.0.1" if form == "html" else "1.0.0")
            == 1
        )


def test_a_manifest_that_is_listed_no_more_is_removed_though_its_file_is_there(repository: Path) -> None:
    file = repository / "base" / "kustomization.yaml"
    file.write_text(BASE.replace("[web.yaml]", "[]"))
    told = plan().stdout
    assert "    - Deployment prod/web" in told
    assert "base/web.yaml\n          no kustomization lists it any more: it counts only where " in told
    assert "[moved]" not in told
    git(repository, "commit", "-qam", "unlisted")
    assert plan().stdout.startswith("nothing changes")
    (repository / "base" / "web.yaml").write_text(WEB + "# only said\n")
    assert plan().stdout.startswith("nothing changes")
    (repository / "base" / "web.yaml").write_text(WEB.replace("web:1", "web:2"))
    assert "base/web.yaml\n          no kustomization lists it: " in plan().stdout
    file.write_text(BASE)
    told = plan().stdout
    assert "    + Deployment prod/web" in told
    assert "[not-applied]" not in told


def test_what_a_kustomization_lists_that_cannot_be_built_is_applied_by_nobody_else(repository: Path) -> None:
    (repository / "overlays" / "prod" / "kustomization.yaml").write_text("resources: [env.yaml, gone.yaml]\n")
    (repository / "overlays" / "prod" / "env.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\n"
    )
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "broken")
    (repository / "overlays" / "prod" / "kustomization.yaml").write_text("namePrefix: a-\nresources: [env.yaml]\n")
    told = plan().stdout
    assert "? overlays/prod    could not be built before the change, so that nothing is told of what differs: " in told
    assert "overlays/prod/kustomization.yaml  resources [env.yaml, gone.yaml] -> [env.yaml]" in told
    assert " ConfigMap default/" not in told


def test_hooks_with_generated_names_each_say_when_they_run(tmp_path: Path) -> None:
    job = """\
apiVersion: batch/v1
kind: Job
metadata:
  generateName: step-
  annotations: {argocd.argoproj.io/hook: %s}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1", command: [sleep, "%s"]}]}}}
"""
    for side, seconds in (("old", 1), ("new", 2)):
        (tmp_path / side).mkdir()
        for when in ("PreSync", "PostSync"):
            (tmp_path / side / f"{when}.yaml").write_text(job % (when, seconds))
    lines = plan(str(tmp_path / "old"), str(tmp_path / "new")).stdout.splitlines()
    for when in ("PreSync", "PostSync"):
        (at,) = (number for number, line in enumerate(lines) if f"{when}.yaml" in line)
        assert lines[at + 1].strip() == f"runs with this release ({when})  [job-runs-again]"
        assert "job-runs-again" not in lines[at + 2]


def test_patches_that_no_kustomization_lists_are_no_objects_on_either_side(repository: Path) -> None:
    (repository / "overlays" / "prod" / "resources_patch.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: main, resources: {requests: {cpu: 1}}}]}}}\n"
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "a patch")
    (repository / "README.md").write_text("nothing of note\n")
    assert plan().stdout.startswith("nothing changes for the server")


def test_findings_are_the_same_whatever_numbers_they_name(repository: Path) -> None:
    scaled = (
        WEB.replace("spec:\n  selector", "spec:\n  replicas: 3\n  selector")
        + "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]}\n"
    )
    (repository / "base" / "web.yaml").write_text(scaled.replace("replicas: 3", "replicas: 4"))
    git(repository, "commit", "-qam", "an autoscaler")
    (repository / "base" / "web.yaml").write_text(scaled.replace("replicas: 3", "replicas: 5"))
    kinds = [one["kind"] for each in data()["sets"] for one in each["consequences"]]
    assert not {"finding-new", "finding-fixed"} & set(kinds)


def test_a_base_that_nobody_uses_any_more_is_not_applied_by_that(repository: Path) -> None:
    for name in ("prod", "staging"):
        (repository / "overlays" / name / "kustomization.yaml").write_text(f"namespace: {name}\nresources: [ns.yaml]\n")
        (repository / "overlays" / name / "ns.yaml").write_text(
            f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}}}\n"
        )
    assert {one["name"] for one in data()["sets"]} == {"overlays/prod", "overlays/staging", "chart"}


OPEN = "type: LoadBalancer\n"


def test_dangers_are_annotations_at_the_lines_that_somebody_wrote(repository: Path) -> None:
    (repository / "chart" / "values.yaml").write_text(OPEN)
    (line, verdict) = plan("--format", "github").stdout.splitlines()
    assert line.startswith("::warning file=chart/templates/service.yaml,line=")
    assert "title=exposure%3A exposed::chart: Service default/release-name-api: open to the outside" in line
    assert verdict == "1 exposure"


def test_a_manifest_gives_no_commands(repository: Path) -> None:
    (repository / "loose.yaml").write_text(
        'apiVersion: v1\nkind: Service\nmetadata: {name: "a\\n::add-mask::x"}\nspec: {type: NodePort, ports: [{port: 80}]}\n'
    )
    lines = plan("--format", "github", code=1).stdout.splitlines()
    assert lines[:-1]
    assert all(line.startswith(("::error ", "::warning ")) for line in lines[:-1])


def test_a_code_quality_report_has_each_danger_once(repository: Path) -> None:
    (repository / "chart" / "values.yaml").write_text(OPEN)
    (only,) = json.loads(plan("--format", "gitlab").stdout)
    assert (only["check_name"], only["severity"]) == ("plan/exposed", "major")
    assert only["location"]["path"] == "chart/templates/service.yaml"
    again = json.loads(plan("--format", "gitlab").stdout)
    assert again == [only]


def test_what_is_removed_is_annotated_without_a_file(repository: Path) -> None:
    (repository / "loose.yaml").write_text(
        'apiVersion: v1\nkind: Service\nmetadata: {name: bank}\nspec: {type: ExternalName, externalName: "a.example"}\n'
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "loose")
    (repository / "loose.yaml").unlink()
    (line, _) = plan("--format", "github").stdout.splitlines()
    assert line.startswith("::warning title=disruption%3A name-gone::Service default/bank")
    (only,) = json.loads(plan("--format", "gitlab").stdout)
    assert only["check_name"] == "plan/name-gone"
    assert only["location"] == {"path": "loose.yaml", "lines": {"begin": 1}}


def test_dangers_beyond_what_the_host_shows_are_counted(repository: Path) -> None:
    job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a%s}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'busybox:%s'}]}}}\n"
    loose = repository / "loose.yaml"
    loose.write_text("---\n".join(job % (number, 1) for number in "abcdefghijkl"))
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "loose")
    loose.write_text("---\n".join(job % (number, 2) for number in "abcdefghijkl"))
    *errors, _ = plan("--format", "github", code=1).stdout.splitlines()
    assert len(errors) == 10
    assert all(error.endswith("; delete the Job first, or give the new one another name") for error in errors[:9])
    assert errors[9] == "::error title=and 3 more::3 x refused: immutable"


def test_one_run_writes_several_formats(repository: Path) -> None:
    (repository / "chart" / "values.yaml").write_text(OPEN)
    plan("-o", "markdown=plan.md", "-o", "json=plan.json")
    assert (repository / "plan.md").read_text().startswith("<!-- kubelens plan -->")
    assert json.loads((repository / "plan.json").read_text())["danger"] == "exposure"
    assert plan("-o", "plan.md", code=2).exit_code == 2


def test_objects_of_a_file_that_cannot_be_read_are_not_taken_to_be_removed(repository: Path) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: loose}\ndata: {a: b}\n"
    (repository / "loose.yaml").write_text(text)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "loose")
    (repository / "loose.yaml").write_text(text.replace("{a: b}", "{a: [b}"))
    told = plan().stdout
    assert " to remove" not in told
    assert "? .    cannot be built any more after the change" in told
    assert ": loose.yaml cannot be read" in told


def test_a_patch_is_no_object_where_its_kustomization_is_refused(repository: Path) -> None:
    folder = repository / "other"
    folder.mkdir()
    (folder / "kustomization.yaml").write_text("resources: [made.yaml]\npatches: [parts/web.yaml]\n")
    (folder / "parts").mkdir()
    (folder / "parts" / "web.yaml").write_text("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: part}\n")
    told = plan().stdout
    assert "? other    is new, and what it brings is not known: json: cannot unmarshal string into " in told
    assert "part" not in told


def test_what_is_neither_a_path_nor_a_revision(repository: Path) -> None:
    assert "'nosuch' is neither a path nor a revision of the git repository" in plan("nosuch", code=2).output


IDLE_APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: lamps}
spec:
  source: {repoURL: "https://charts.example.org/", chart: lamps, targetRevision: 0.1.0}
  destination: {namespace: lamps}
"""


def test_an_application_that_none_listed_before_is_not_listed_no_more(repository: Path) -> None:
    """A set is made from it all the same: that is no word on who listed it."""
    idle = repository / "base" / "lamps.yaml"
    idle.write_text(IDLE_APPLICATION)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "lamps")
    idle.write_text(IDLE_APPLICATION.replace("0.1.0", "0.1.1"))
    told = plan().stdout
    assert "base/lamps.yaml\n          no kustomization lists it: it counts only where " in told
    assert "any more" not in told
