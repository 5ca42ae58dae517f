"""Kustomizations are built by default, each judged as a set of its own: findings stand where somebody wrote them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Kubelens

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.27
"""
PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: many
"""


def write(folder: Path, **files: str) -> None:
    for path, text in files.items():
        file = folder / path.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def overlays(folder: Path, **settings: str) -> None:
    write(folder, **{"base__kustomization.yaml": "resources: [web.yaml]\n", "base__web.yaml": DEPLOYMENT})
    for name, text in settings.items():
        write(folder, **{f"{name}__kustomization.yaml": f"resources: [../base]\n{text}"})


def findings(done: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(done.stdout)["findings"]  # type: ignore[attr-defined]
    return found


def test_a_finding_stands_in_the_patch_that_wrote_it(tmp_path: Path, kubelens: Kubelens) -> None:
    overlays(tmp_path, prod="patches: [{path: patch.yaml}]\n", dev="")
    write(tmp_path, **{"prod__patch.yaml": PATCH})
    done = kubelens("check", "-o", "concise")
    assert done.returncode == 1
    assert "prod/patch.yaml:6:13: error[wrong-type]" in done.stdout
    assert done.stdout.count("wrong-type") == 1


def test_what_several_sets_have_is_told_once_and_says_where(tmp_path: Path, kubelens: Kubelens) -> None:
    overlays(tmp_path, prod="", staging="", dev="patches: [{path: patch.yaml}]\n")
    write(tmp_path, **{"base__web.yaml": DEPLOYMENT.replace("2", "two")})
    write(tmp_path, **{"dev__patch.yaml": PATCH.replace("many", "1")})
    done = kubelens("check", "-o", "concise")
    assert done.stdout.count("error[wrong-type]") == 1
    assert "base/web.yaml:6:13: error[wrong-type]" in done.stdout
    assert "(in prod, staging; not in dev)" in done.stdout


def test_a_base_is_no_set_and_what_nobody_lists_is_judged(tmp_path: Path, kubelens: Kubelens) -> None:
    overlays(tmp_path, prod="")
    write(tmp_path, **{"other__config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n"})
    listed = json.loads(kubelens("sets", "--format", "json").stdout)
    assert [(one["name"], one["origin"], one["objects"]) for one in listed] == [
        ("prod", "kustomization", 1),
        (".", "folder", 1),
    ]
    assert listed[0]["files"] == ["base/kustomization.yaml", "base/web.yaml", "prod/kustomization.yaml"]


def test_one_set_is_judged_alone(tmp_path: Path, kubelens: Kubelens) -> None:
    overlays(tmp_path, prod="patches: [{path: patch.yaml}]\n", dev="")
    write(tmp_path, **{"prod__patch.yaml": PATCH})
    assert kubelens("check", "--in", "dev").returncode == 0
    assert kubelens("check", "--in", "prod").returncode == 1
    done = kubelens("check", "--in", "nope")
    assert done.returncode == 2
    assert "there is no such set" in done.stderr


def test_what_keeps_a_kustomization_from_being_built_is_a_finding(tmp_path: Path, kubelens: Kubelens) -> None:
    overlays(tmp_path, prod="patches:\n- path: gone.yaml\n")
    done = kubelens("check", "-o", "concise")
    assert done.returncode == 1
    assert (
        "prod/kustomization.yaml:3:9: error[kustomization] kustomization 'prod' takes in 'gone.yaml', which is not there"
        in done.stdout
    )


def test_a_comment_in_the_base_silences_it(tmp_path: Path, kubelens: Kubelens) -> None:
    overlays(tmp_path, prod="", dev="")
    text = DEPLOYMENT.replace("  replicas: 2", "  # kubelens: ignore[wrong-type] ours\n  replicas: two")
    write(tmp_path, **{"base__web.yaml": text})
    assert kubelens("check").returncode == 0


def test_objects_of_another_set_are_not_missing(tmp_path: Path, kubelens: Kubelens) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
    uses = f"{DEPLOYMENT}        envFrom: [{{configMapRef: {{name: settings}}}}]\n"
    write(
        tmp_path,
        **{
            "web__kustomization.yaml": "resources: [web.yaml]\n",
            "web__web.yaml": uses,
            "settings__kustomization.yaml": "resources: [config.yaml]\n",
            "settings__config.yaml": config,
        },
    )
    assert kubelens("check").returncode == 0


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path, kubelens: Kubelens) -> None:
    secret = tmp_path.parent / "secret.yaml"
    secret.write_text("apiVersion: v1\nkind: Secret\nmetadata: {name: hidden}\n")
    write(tmp_path, **{"app__kustomization.yaml": "resources: [link.yaml]\n"})
    (tmp_path / "app" / "link.yaml").symlink_to(secret)
    done = kubelens("check", "-o", "concise")
    assert "cannot be built" in done.stdout
    assert "hidden" not in done.stdout


def test_every_place_that_is_told_can_be_opened(tmp_path: Path, kubelens: Kubelens) -> None:
    overlays(tmp_path, prod="namePrefix: Prod_\nimages: [{name: nginx, newTag: 'a b'}]\n")
    for form in ("json", "github", "gitlab", "sarif"):
        done = kubelens("check", "-o", form)
        assert "(built)" not in done.stdout, form
    places = {(one["file"], one["line"]) for one in findings(kubelens("check", "-o", "json"))}
    assert places
    for file, line in places:
        assert 1 <= int(str(line)) <= len((tmp_path / str(file)).read_text().splitlines())


def test_a_base_above_what_is_looked_at_is_no_fault(tmp_path: Path, kubelens: Kubelens) -> None:
    """Without a repository around them nothing above the named folder is read; kustomize would, and build it."""
    overlays(tmp_path, prod="")
    write(tmp_path, **{"prod__own.yaml": DEPLOYMENT.replace("name: web", "name: own").replace("2", "two")})
    write(tmp_path, **{"prod__kustomization.yaml": "resources: [own.yaml, ../base]\n"})
    done = kubelens("check", "-o", "concise", cwd=tmp_path / "prod")
    assert "own.yaml:6:13: error[wrong-type]" in done.stdout
    assert "cannot be built" not in done.stdout
    told = "'../base' leads out of what is looked at, and is not read: name '..' instead"
    assert told in kubelens("sets", cwd=tmp_path / "prod").stdout


@pytest.mark.parametrize("command", [("check",), ("predict", "schedule", ".")])
def test_what_lies_above_the_named_folder_is_not_read_but_the_folder_to_name_is_told(
    command: tuple[str, ...], tmp_path: Path, kubelens: Kubelens
) -> None:
    overlays(tmp_path, clusters__eu__prod="")
    write(tmp_path, **{"clusters__eu__prod__kustomization.yaml": "resources: [../../../base]\n"})
    write(tmp_path, base__web=DEPLOYMENT.replace("2", "two"), **{"base__kustomization.yaml": "resources: [web]\n"})
    told = "'.' takes in what lies above what is looked at: name '../../..' instead, which holds both"
    here = tmp_path / "clusters" / "eu" / "prod"
    done = kubelens(*command, cwd=here)
    assert f"kubelens: {told}" in done.stderr
    assert done.returncode != 0
    assert "two" not in done.stdout
    above = kubelens("check", "../../..", "-o", "concise", cwd=here)
    assert "../../../base/web:6:13: error[wrong-type]" in above.stdout
    assert "takes in" not in above.stderr
    assert "takes in" not in kubelens("check", cwd=tmp_path).stderr


ABSENT = """\
resources: [web.yaml]
configMapGenerator:
- name: settings
  files: [one.properties, key=two.txt]
  envs: [three.env]
replacements:
- path: four.yaml
generators: [five.yaml]
transformers:
- six.yaml
- |-
  apiVersion: builtin
  kind: NamespaceTransformer
  metadata: {name: here}
configurations: [seven.yaml]
crds: [eight.json]
components: [nine]
patchesStrategicMerge:
- ten.yaml
- '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}'
"""


def test_all_that_a_kustomization_names_and_is_not_there_is_told(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, **{"k__kustomization.yaml": ABSENT, "k__web.yaml": DEPLOYMENT})
    told = [one for one in findings(kubelens("check", "-o", "json")) if one["rule"] == "kustomization"]
    assert [one["line"] for one in told] == [4, 4, 5, 7, 8, 10, 15, 16, 17, 19]
    names = "one.properties two.txt three.env four.yaml five.yaml six.yaml seven.yaml eight.json nine ten.yaml"
    for one, name in zip(told, names.split(), strict=True):
        assert f"{name}'" in str(one["message"])


def test_what_stands_beside_the_object_that_keeps_a_kustomization_from_being_built(
    tmp_path: Path, kubelens: Kubelens
) -> None:
    both = "resources: [one.yaml, two.yaml]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n"
    asking = DEPLOYMENT.replace("replicas: 2", "replicas: two") + "        envFrom: [{configMapRef: {name: made}}]\n"
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\n"
    write(tmp_path, **{"kustomization.yaml": both, "one.yaml": config, "two.yaml": f"{config}---\n{asking}"})
    done = kubelens("check", "-o", "json")
    told = [(one["rule"], one["file"], one["line"]) for one in findings(done)]
    assert told == [("wrong-type", "two.yaml", 10), ("kustomization", "two.yaml", 1)]
    assert "2 errors in 2 of 3 objects (2 files, 1 set not whole" in kubelens("check", "-o", "concise").stdout


def test_a_patch_that_keeps_a_kustomization_from_being_built_is_no_object(tmp_path: Path, kubelens: Kubelens) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\n"
    text = "resources: [one.yaml]\npatches: [{path: change.yaml}]\n"
    write(tmp_path, **{"kustomization.yaml": text, "one.yaml": config, "change.yaml": PATCH.replace("many", "3")})
    (found,) = findings(kubelens("check", "-o", "json"))
    assert (found["rule"], found["file"]) == ("kustomization", "change.yaml")


def test_a_file_that_yaml_cannot_read_is_told_once(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, **{"kustomization.yaml": "resources: [one.yaml]\n", "one.yaml": "kind: Pod\nmetadata: {name: a\n"})
    (found,) = findings(kubelens("check", "-o", "json"))
    assert found["file"] == "one.yaml"


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (
            ("prod/patch.yaml",),
            "kubelens: 'prod/patch.yaml' is judged alone, but kustomization 'prod' takes it in: --whole-repository "
            "judges what that makes of it\n",
        ),
        (("--whole-repository", "prod/patch.yaml"), ""),
        (("prod",), ""),
        (("prod/patch.yaml", "prod/kustomization.yaml"), ""),
        (("loose.yaml",), ""),
        (("--no-render", "prod/patch.yaml"), ""),
    ],
)
def test_a_file_that_is_named_without_the_kustomization_that_takes_it_in(
    tmp_path: Path, kubelens: Kubelens, named: tuple[str, ...], told: str
) -> None:
    overlays(tmp_path, prod="patches: [{path: patch.yaml}]\n")
    write(tmp_path, **{"prod__patch.yaml": PATCH, "loose.yaml": DEPLOYMENT})
    assert kubelens("check", *named).stderr == told


def test_files_of_one_kustomization_are_told_together(tmp_path: Path, kubelens: Kubelens) -> None:
    overlays(tmp_path, prod="patches: [{path: patch.yaml}, {path: deep/patch.yaml}]\n")
    write(tmp_path, **{"prod__patch.yaml": PATCH, "prod__deep__patch.yaml": PATCH})
    told = kubelens("check", "prod/patch.yaml", "prod/deep/patch.yaml").stderr
    assert told.startswith("kubelens: 'prod/patch.yaml', 'prod/deep/patch.yaml' are judged alone")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("ports", "line", "text"), [("        ports: [{containerPort: 80, name: htpp}]\n", 16, "htpp"), ("", 14, "web")]
)
def test_what_lacks_a_port_is_marked_at_its_ports(
    tmp_path: Path, kubelens: Kubelens, ports: str, line: int, text: str
) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n"
    service += "  ports: [{port: 80, targetPort: http}]\n"
    overlays(tmp_path, prod="images: [{name: nginx, newTag: '1.28'}]\n")
    both = "resources: [web.yaml, service.yaml]\n"
    write(tmp_path, **{"base__kustomization.yaml": both, "base__service.yaml": service})
    write(tmp_path, **{"base__web.yaml": DEPLOYMENT + ports})
    (found,) = findings(kubelens("check", "-o", "json", "--select", "named-target-port-missing"))
    related: Any = found["related"]
    (other,) = related
    assert (other["file"], other["line"]) == ("base/web.yaml", line)
    assert (DEPLOYMENT + ports).splitlines()[line - 1][other["column"] - 1 :].startswith(text)


def test_a_file_that_is_not_there_is_told_where_it_is_listed_in_whatever_takes_it_in(
    tmp_path: Path, kubelens: Kubelens
) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "prod").mkdir()
    (tmp_path / "base" / "kustomization.yaml").write_text("resources:\n- wbe.yaml\n- gone.yaml\n")
    (tmp_path / "base" / "web.yaml").write_text(DEPLOYMENT)
    (tmp_path / "prod" / "kustomization.yaml").write_text("resources:\n- ../base\n- aside.yaml\n")
    out = kubelens("check", "-o", "concise").stdout
    for place, entry in (("base/kustomization.yaml:2", "wbe.yaml"), ("base/kustomization.yaml:3", "gone.yaml")):
        assert [
            line
            for line in out.splitlines()
            if line.startswith(place) and f"takes in '{entry}', which is not there" in line
        ]
    assert "prod/kustomization.yaml:3" in out
    assert "evalsymlink" not in out
    assert "cannot be built" not in out
