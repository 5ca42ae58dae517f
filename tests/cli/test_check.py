"""``kubelens check`` as a user meets it: exit codes, selection, suppressions, baselines, fixes."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens

CLEAN = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: fine\n"
BAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: axes\ndata:\n  y: a\n  z: b\n  z: c\n"


def write(folder: Path, **files: str) -> None:
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def test_nothing_wrong(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=CLEAN)
    done = kubelens("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 object in 1 file: nothing to report")


def test_exit_codes(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=BAD)
    assert kubelens("check").returncode == 1
    assert kubelens("check", "--exit-zero").returncode == 0
    assert kubelens("check", "--select", "boolean-key").returncode == 1
    assert kubelens("check", "--select", "boolean-key", "--fail-on", "error").returncode == 0
    assert kubelens("check", "--fail-on", "never").returncode == 0
    assert kubelens("check", "--severity", "boolean-key=info", "--select", "boolean-key").returncode == 0
    assert kubelens("check", "--no-such-flag").returncode == 2
    assert kubelens("chekc").returncode == 2
    assert "Did you mean 'check'" in kubelens("chekc").stderr
    write(tmp_path, b="a: [\napiVersion: v1\nkind: Pod\n")
    assert kubelens("check").returncode == 3


def test_selection(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=BAD)
    assert "boolean-key" not in kubelens("check", "--ignore", "boolean-key").stdout
    assert "duplicate-key" not in kubelens("check", "--select", "boolean-key").stdout
    done = kubelens("check", "--select", "bolean-key")
    assert done.returncode == 2
    assert "did you mean 'boolean-key'" in done.stderr


def test_configuration_with_overrides(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=BAD, aside__b=BAD)
    (tmp_path / "kubelens.toml").write_text(
        'select = ["yaml"]\n[severity]\nduplicate-key = "warning"\n[[overrides]]\npaths = ["aside"]\nignore = ["yaml"]\n'
    )
    out = kubelens("check", "-o", "concise").stdout
    assert "a.yaml:8:3: warning[duplicate-key]" in out
    assert "aside/b.yaml" not in out
    assert "aside/b.yaml" in kubelens("check", "--isolated", "-o", "concise").stdout


def test_configuration_is_found_upward_to_the_repository(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, deploy__a=BAD)
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.kubelens]\nignore = ["duplicate-key"]\n')
    assert "duplicate-key" not in kubelens("check", "deploy").stdout


def test_the_settings_shown_are_a_configuration_that_says_the_same(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "kubelens.toml").write_text("""
select = ["yaml", "schema"]
node-port-range = "30000-31000"
severity = {boolean-key = "info"}
cluster = {nodes = ["2x4cpu,8Gi"], zones = "a,b"}
overrides = [{paths = ["a b/*"], severity = {boolean-key = "error"}}, {objects = ["Pod/\\u007f*"], select = ["yaml"]}]
custom-rules = [{name = "few", match = "Pod", expression = "true", message = 'says "no"', variables = {a = "1"}}]
[rules.unknown-field]
""")
    first = kubelens("config").stdout
    (tmp_path / "kubelens.toml").write_text(first)
    assert kubelens("config").stdout == first
    assert tomllib.loads(first)["overrides"][1]["objects"] == ["Pod/\x7f*"]
    (tmp_path / "kubelens.toml").unlink()
    unset = tomllib.loads(kubelens("config").stdout)
    assert "select" not in unset and unset["profile"] == "default"


def test_an_unknown_output_format_is_named_before_the_work(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=BAD)
    done = kubelens("check", "-o", "sarif=out.sarif", "-o", "bogus", "--fix")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no output format is called 'bogus'" in done.stderr
    assert (tmp_path / "a.yaml").read_text() == BAD
    assert not (tmp_path / "out.sarif").exists()


def test_configuration_schema_is_a_schema(kubelens: Kubelens) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(kubelens("config", "--schema").stdout)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"select": ["yaml"], "fail-on": "error"})
    assert not validator.is_valid({"selekt": []})


def test_suppressions(tmp_path: Path, kubelens: Kubelens) -> None:
    write(
        tmp_path,
        line=BAD.replace("y: a", "y: a # kubelens: ignore[boolean-key] on purpose"),
        file="# kubelens: ignore-file[yaml]\n" + BAD,
        unused=CLEAN.replace("fine", "fine # kubelens: ignore[boolean-key] nothing"),
        typo=CLEAN.replace("fine", "fine # kubelens: ignore[bolean-key]"),
        annotation=BAD.replace(
            "  name: axes\n", "  name: axes\n  annotations:\n    kubelens.dev/ignore: boolean-key, duplicate-key\n"
        ),
    )
    lines = kubelens("check", "-o", "concise").stdout.splitlines()[:-1]
    assert [line for line in lines if line.startswith("line.yaml")] == [
        "line.yaml:8:3: error[duplicate-key] ConfigMap 'default/axes': key 'z' is there twice: this value counts, the earlier one is lost"
    ]
    assert not [line for line in lines if line.startswith(("file.yaml", "annotation.yaml"))]
    assert "nothing here to ignore for 'boolean-key'" in next(line for line in lines if line.startswith("unused.yaml"))
    assert "did you mean 'boolean-key'" in next(line for line in lines if line.startswith("typo.yaml"))


def test_baseline(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=BAD)
    done = kubelens("check", "--baseline", "known.json", "--write-baseline")
    assert (done.returncode, done.stderr) == (0, "kubelens: 2 findings written to known.json\n")
    done = kubelens("check", "--baseline", "one.json", "--write-baseline", "--select", "duplicate-key")
    assert done.stderr == "kubelens: 1 finding written to one.json\n"
    (tmp_path / "a.yaml").write_text("# one line further down\n" + BAD)
    done = kubelens("check", "--baseline", "known.json")
    assert done.returncode == 0
    write(tmp_path, b=BAD)
    done = kubelens("check", "--baseline", "known.json", "-o", "concise")
    assert done.returncode == 1
    assert "b.yaml:6:3" in done.stdout
    assert "a.yaml" not in done.stdout
    assert kubelens("check", "--baseline", "missing.json").returncode == 2


def test_fix_changes_only_what_it_says(tmp_path: Path, kubelens: Kubelens) -> None:
    text = "# comment  \r\n" + BAD.replace("\n", "\r\n")
    (tmp_path / "a.yaml").write_bytes(text.encode())
    diff = kubelens("check", "--diff", "--select", "boolean-key")
    assert diff.returncode == 1
    assert '+  "y": a' in diff.stdout
    assert (tmp_path / "a.yaml").read_bytes() == text.encode()
    done = kubelens("check", "--fix", "--select", "boolean-key")
    assert done.returncode == 0
    assert (tmp_path / "a.yaml").read_bytes() == text.replace("  y: a", '  "y": a').encode()


def test_standard_input(kubelens: Kubelens) -> None:
    done = kubelens("check", "-", "-o", "concise", "--stdin-filename", "piped.yaml", stdin=BAD)
    assert done.stdout.startswith("piped.yaml:6:3: warning[boolean-key]")
    rendered = "---\n# Source: shop/templates/a.yaml\n" + BAD
    said = kubelens("check", "-", "-o", "concise", stdin=rendered).stdout
    assert said.startswith("shop/templates/a.yaml (rendered 8:3): warning[boolean-key]")
    for form, line in (("github", "line="), ("sarif", "startLine"), ("rdjson", '"range"'), ("gitlab", '"begin": 8')):
        said = kubelens("check", "-", "-o", form, stdin=rendered).stdout
        assert "(line 8 as rendered)" in said
        assert line not in said, "a line of the rendered text is none of the template's"


def test_charts_and_other_yaml_are_left_out_quietly(tmp_path: Path, kubelens: Kubelens) -> None:
    write(
        tmp_path,
        charts__api__Chart="apiVersion: v2\nname: api\nversion: 1.0.0\n",
        charts__api__templates__a="apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n",
        ci="on: push\njobs: {}\n",
        a=CLEAN,
    )
    done = kubelens("check", "--no-render")
    assert done.returncode == 0
    assert "1 chart not rendered" in done.stdout
    assert "1 object in 1 file" in done.stdout
    done = kubelens("check").stdout
    assert "2 objects in 1 file and 1 set" in done
    assert "template" not in done


def test_templates_beside_which_is_no_chart_are_templates_of_something_else(tmp_path: Path, kubelens: Kubelens) -> None:
    write(
        tmp_path,
        roles__dns__tasks__main="- name: zone\n  command: apply\n",
        roles__dns__templates__zone="apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ zone }}\n",
        a=CLEAN,
    )
    for flags in ((), ("--no-render",)):
        told = kubelens("check", *flags).stdout
        assert "chart" not in told
        assert "1 template" in told


def test_patches_of_a_kustomization_are_partial(tmp_path: Path, kubelens: Kubelens) -> None:
    write(
        tmp_path,
        kustomization="apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        "resources: [web.yaml]\npatches:\n- path: patch.yaml\n",
        web="apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n"
        "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
        "    spec: {containers: [{name: web, image: nginx:1.27}]}\n",
        patch="apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n",
    )
    assert kubelens("check").returncode == 0


def test_named_files_are_judged_in_the_light_of_all(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=BAD, b=BAD)
    out = kubelens("check", "--whole-repository", "a.yaml", "-o", "concise").stdout
    assert "a.yaml:6:3" in out
    assert "b.yaml:6:3" not in out


def test_against_a_git_revision(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=CLEAN)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True)
    assert kubelens("check", "--against", "HEAD").returncode == 0
    done = kubelens("check", "--against", "nowhere")
    assert done.returncode == 2
    assert "is neither a path nor a revision" in done.stderr


@pytest.mark.parametrize("version", ["1.30", "v1.30.4"])
def test_releases(tmp_path: Path, kubelens: Kubelens, version: str) -> None:
    write(tmp_path, a=CLEAN)
    assert "schema 1.30" in kubelens("check", "--kubernetes-version", version).stdout
    assert kubelens("check", "--kubernetes-version", "1.9").returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("rules",),
        ("rules", "--format", "json"),
        ("explain", "boolean-key"),
        ("config",),
        ("plugins",),
        ("completion", "bash"),
        ("--help",),
        ("--version",),
    ],
)
def test_other_commands(kubelens: Kubelens, arguments: tuple[str, ...]) -> None:
    done = kubelens(*arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_an_object_named_by_a_template_is_no_manifest(tmp_path: Path, kubelens: Kubelens) -> None:
    write(tmp_path, a=CLEAN)
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: 'web-{{uid}}'}\nspec: {}\n")
    done = kubelens("check")
    assert done.returncode == 0
    assert "1 template" in done.stdout


def test_show_files_lists_what_was_left_out_and_why(tmp_path: Path, kubelens: Kubelens) -> None:
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n"
    for folder in ("node_modules", "ignored", "excluded"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text(manifest.format(folder.replace("_", "-")))
    (tmp_path / ".gitignore").write_text("ignored/\n")
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "up").symlink_to(".")
    (tmp_path / "values.yaml").write_text("a: 1\n")
    (tmp_path / "list.yaml").write_text("apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: x}}]\n")
    done = kubelens("check", ".", "--exclude", "excluded", "--show-files", "-q")
    assert done.stdout.splitlines() == [
        "list.yaml: 1 object",
        "values.yaml: not Kubernetes: no document with apiVersion and kind",
        "excluded/: left out: excluded",
        "ignored/: left out: ignored by .gitignore",
        "node_modules/: left out: never entered",
        "package.json: left out: a file of another tool by its name",
        "up/: left out: a link to a folder that is read already",
    ]
    machines = kubelens("check", ".", "-o", "json", "--show-files", "--statistics")
    assert json.loads(machines.stdout)["objects"] >= 1
    assert "values.yaml: not Kubernetes" in machines.stderr


def test_a_broken_document_is_not_counted_among_the_objects(kubelens: Kubelens) -> None:
    last = kubelens("check", "-", stdin="kind: Pod\napiVersion: v1\nmetadata: [\n").stdout.splitlines()[-1]
    assert last == "1 error; 0 objects (0 files)"
