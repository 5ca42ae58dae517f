"""In which sets a finding is, and of how many objects a run tells."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY

WRONG = OVERLAY.replace("replicas: 2", "replicas: two")
RIGHT = "replicas: [{name: web, count: 3}]\n"


def overlays(repository: Repository, **more: str) -> None:
    """An overlay of ``apps/web`` for each name, with what its kustomization says beside that."""
    for name, text in more.items():
        repository.write(f"# file: {name}/kustomization.yaml\nresources: [../apps/web]\n{text}")


def messages(repository: Repository, *arguments: str) -> list[str]:
    return [one.partition(": ")[2] for one in repository.findings(*arguments)]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("dev prod", "(in both sets: dev, prod)"),
        ("dev prod test", "(in all 3 sets: dev, prod, test)"),
        ("a b c d e", "(in all 5 sets made from it)"),
    ],
)
def test_what_all_sets_have(repository: Repository, names: str, told: str) -> None:
    repository.write(WRONG)
    overlays(repository, **dict.fromkeys(names.split(), ""))
    (found,) = messages(repository)
    assert found.endswith(told)
    record = json.loads(repository.check("-o", "json").stdout)["findings"][0]
    assert record["sets"] == names.split()


def test_one_set_is_not_named(repository: Repository) -> None:
    repository.write(WRONG)
    overlays(repository, prod="")
    assert "(in" not in messages(repository)[0]


def test_a_baseline_holds_when_a_set_comes(repository: Repository) -> None:
    repository.write(WRONG)
    overlays(repository, prod="", dev="")
    repository.check("--baseline", "known.json", "--write-baseline")
    overlays(repository, test="")
    assert repository.findings("--baseline", "known.json") == []


def test_a_set_that_is_not_asked_is_not_without(repository: Repository) -> None:
    """``two`` has another profile: nobody knows whether a rule of the first one would find something there."""
    repository.write(OVERLAY)
    repository.write(
        '# file: kubelens.toml\n[[apply-sets]]\npath = "one"\nprofile = "strict"\n[[apply-sets]]\npath = "two"\n'
    )
    overlays(repository, one="", two="")
    found = messages(repository)
    assert found
    assert all(one.endswith("(in one)") for one in found)


def test_a_finding_that_is_silenced_in_a_set_is_there(repository: Repository) -> None:
    repository.write(WRONG)
    overlays(repository, dev="", prod="")
    repository.write(
        '# file: kubelens.toml\n[[overrides]]\nobjects = ["Deployment/quiet-*"]\nignore = ["wrong-type"]\n'
    )
    overlays(repository, quiet="namePrefix: quiet-\n", right=RIGHT)
    (found,) = messages(repository)
    assert found.endswith("(in dev, prod; not in right)")


def test_a_set_that_is_not_whole_is_not_without(repository: Repository) -> None:
    repository.write(WRONG)
    overlays(repository, dev="", prod="", far=f"{RIGHT}components: ['https://git.example/shop/parts?ref=v1']\n")
    (found,) = messages(repository)
    assert found.endswith("(in dev, prod)")


def test_objects_are_counted_in_each_set(repository: Repository) -> None:
    repository.write(WRONG)
    repository.write("# file: plain/one.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    overlays(repository, dev="", prod="", test=RIGHT)
    assert repository.check().stdout.endswith("1 error in 2 of 4 objects (1 file, 3 sets)\n")
    listed = sum(one["objects"] for one in repository.sets().values())
    assert json.loads(repository.check("-o", "json").stdout)["objects"] == listed == 4


def test_objects_of_charts_are_counted_with_each_of_their_values(repository: Repository) -> None:
    repository.write(CHART)
    repository.write("# file: charts/web/values-prod.yaml\nreplicas: 3\n")
    listed = sum(one["objects"] for one in repository.sets().values())
    assert json.loads(repository.check("-o", "json").stdout)["objects"] == listed == 2
    assert "2 objects in 2 sets: nothing to report" in repository.check().stdout


APART = """\
# file: releases/far.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: far, namespace: shop}
spec:
  interval: 10m
  chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: charts}}}
"""
FAR = "resources: ['https://git.example/shop/parts?ref=v1']\n"


def test_sets_that_are_not_whole_are_counted_with_the_reasons(repository: Repository) -> None:
    repository.write(APART)
    repository.write(f"# file: far/kustomization.yaml\n{FAR}")
    done = repository.check()
    assert "2 sets not whole (charts from elsewhere, sources from elsewhere), see kubelens sets" in done.stdout
    (chart, _) = json.loads(repository.check("-o", "json").stdout)["not_whole"]
    assert chart["set"] == "helmrelease/far"
    assert chart["missing"] == ["chart 'redis' of HelmRepository 'charts' is not in this repository"]


def test_whole_sets_are_not_told_of(repository: Repository) -> None:
    repository.write(OVERLAY)
    done = repository.check()
    assert "not whole" not in done.output
    assert json.loads(repository.check("-o", "json").stdout)["not_whole"] == []


def test_predictions_tell_of_sets_that_are_not_whole(repository: Repository) -> None:
    repository.write(APART + OVERLAY)
    done = CliRunner().invoke(cli, ["predict", "schedule"])
    assert done.stderr.count("1 set not whole (charts from elsewhere), see kubelens sets") == 1
    assert "not whole" not in CliRunner().invoke(cli, ["predict", "schedule", "--in", "apps/web"]).stderr


@pytest.mark.parametrize("command", ["check", "predict schedule", "predict apply"])
def test_an_empty_set_says_why(repository: Repository, command: str) -> None:
    repository.write(APART + OVERLAY)
    done = CliRunner().invoke(cli, [*command.split(), "--in", "far"])
    why = "set 'helmrelease/far' holds no object: chart 'redis' of HelmRepository 'charts' is not in this repository"
    assert why in done.stderr
    assert done.exit_code == (3 if command == "check" else done.exit_code)


def test_named_files_are_all_that_is_counted(repository: Repository) -> None:
    repository.write(WRONG)
    repository.write("# file: plain/one.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    repository.write("# file: plain/two.yaml\napiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: two}\n")
    overlays(repository, dev="", prod="")
    done = repository.check("--whole-repository", "plain/one.yaml")
    assert done.stdout == "1 object in 1 file: nothing to report  (schema 1.37)\n"
    found = json.loads(repository.check("--whole-repository", "dev/kustomization.yaml", "-o", "json").stdout)
    assert (found["objects"], len(found["findings"])) == (1, 1)
    suites = Xml.fromstring(repository.check("--whole-repository", "plain/one.yaml", "-o", "junit").stdout)
    assert suites.get("tests") == "1"


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_a_repair_says_which_sets_it_touches(repository: Repository, option: str) -> None:
    policy = 'image: "nginx:1.27", imagePullPolicy: always'
    repository.write(OVERLAY.replace('image: "nginx:1.27"', policy))
    overlays(repository, dev="", prod="")
    done = repository.check(option)
    assert "the change of apps/web/web.yaml touches the sets 'dev', 'prod'" in done.stderr
    assert ("Always" in Path("apps/web/web.yaml").read_text()) is (option == "--fix")


def test_a_repair_of_what_no_set_takes_says_nothing_of_sets(repository: Repository) -> None:
    repository.write(OVERLAY)
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: a, imagePullPolicy: always}]\n"
    repository.write(f"# file: plain/pod.yaml\n{pod}")
    done = repository.check("--fix")
    assert "Always" in Path("plain/pod.yaml").read_text()
    assert "touches" not in done.stderr


def test_findings_beside_objects_are_none_in_objects(repository: Repository) -> None:
    repository.write("# file: k/kustomization.yaml\nresources: [gone.yaml, 'a.yaml', b.yaml]\n# file: k/a.yaml\na: 1\n")
    repository.write("# file: plain/one.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    assert "2 errors; 1 object (1 file, " in repository.check().stdout
    repository.write("# file: plain/one.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: One}\n")
    assert "3 errors in 1 of 1 object and 1 other file (1 file, " in repository.check().stdout


def test_what_a_chart_has_with_all_values_is_said_of_none(repository: Repository) -> None:
    repository.write(CHART.replace("name: {{ .Release.Name }}", 'name: "{{ .Release.Name }}_x"'))
    repository.write("# file: charts/web/values-prod.yaml\nreplicas: 3\n")
    (found,) = messages(repository)
    assert "(in" not in found
    record = json.loads(repository.check("-o", "json").stdout)["findings"][0]
    assert record["sets"] == ["charts/web", "charts/web+values-prod.yaml"]


def test_names_are_as_short_as_they_differ(repository: Repository) -> None:
    repository.write(WRONG)
    for name in ("shop/eu/prod", "shop/us/prod", "shop/us/dev"):
        repository.write(f"# file: {name}/kustomization.yaml\nresources: [../../../apps/web]\n")
    (found,) = messages(repository)
    assert found.endswith("(in all 3 sets: eu/prod, dev, us/prod)")
    assert messages(repository, "--in", "us/prod") == messages(repository, "--in", "shop/us/prod")
    assert "there is no such set" in repository.check("--in", "prod").stderr
