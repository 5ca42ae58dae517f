"""What earlier runs found is said again where nothing changed, and the answer is never another one."""

from __future__ import annotations

import gc
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kubelens.cli import checking
from kubelens.cli.main import run
from kubelens.engine.cache.store import FILE, Store
from kubelens.report.formats import BUILT_IN

FORMATS = [name for name in BUILT_IN if name != "github"]

TREE = {
    "shop/web.yaml": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n"
        "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n"
        "      containers:\n        - name: web\n          image: registry.example/web\n"
        "          envFrom: [{configMapRef: {name: settings}}]\n          ports: [{name: http, containerPort: 80800}]\n"
    ),
    "shop/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {a: b}\n",
    "shop/service.yaml": (
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
        "spec: {selector: {app: wbe}, ports: [{port: 80, targetPort: htp}]} # kubelens: ignore[no-such-rule] why\n"
    ),
    "broken.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n",
    "notes.yml": "just: text\n",
    "crd.yaml": (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: axes.tools.example.org}\n"
        "spec:\n  group: tools.example.org\n  scope: Namespaced\n  names: {plural: axes, singular: axe, kind: Axe}\n"
        "  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema:\n        openAPIV3Schema:\n"
        "          type: object\n          properties:\n            spec:\n              type: object\n"
        "              properties: {length: {type: integer}}\n"
    ),
    "axe.yaml": "apiVersion: tools.example.org/v1\nkind: Axe\nmetadata: {name: long}\nspec: {length: ten}\n",
    "chart/Chart.yaml": "apiVersion: v2\nname: cart\nversion: 1.0.0\n",
    "chart/values.yaml": "replicas: 2\nport: 70000\n",
    "chart/templates/_names.tpl": '{{- define "cart.name" -}}cart{{- end }}\n',
    "chart/templates/service.yaml": (
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include "cart.name" . }}\nspec:\n'
        "  selector: {app: cart}\n  ports: [{port: {{ .Values.port }}}]\n"
    ),
    "base/kustomization.yaml": "resources: [job.yaml]\nconfigMapGenerator: [{name: words, files: [words.txt]}]\n",
    "base/words.txt": "one two\n",
    "base/job.yaml": (
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec:\n  template:\n    spec:\n"
        "      restartPolicy: Always\n      containers: [{name: a, image: a, envFrom: [{configMapRef: {name: words}}]}]\n"
    ),
    "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\nnamePrefix: p-\n",
    "sub/.gitignore": "out.yaml\n",
    "sub/out.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: out}\n",
}

Check = Callable[..., tuple[int, str, str]]
Change = tuple[str, str | None]

CHANGES: dict[str, Change] = {
    "a manifest": ("shop/service.yaml", TREE["shop/service.yaml"].replace("wbe", "web")),
    "one that others name, gone": ("shop/settings.yaml", None),
    "a new one": ("shop/more.yaml", TREE["shop/settings.yaml"].replace("settings", "more").replace("{a: b}", "[1]")),
    "a definition": ("crd.yaml", TREE["crd.yaml"].replace("integer", "string")),
    "values": ("chart/values.yaml", "replicas: 2\nport: 80\n"),
    "a partial of a chart": ("chart/templates/_names.tpl", '{{- define "cart.name" -}}Not a name{{- end }}\n'),
    "a file beside a kustomization": ("base/words.txt", None),
    "a kustomization": ("prod/kustomization.yaml", "resources: [../base]\nnamespace: Prod_\n"),
    "a kustomization gone": ("prod/kustomization.yaml", None),
    "a base": ("base/job.yaml", TREE["base/job.yaml"].replace("Always", "Never")),
    "what is ignored": ("sub/.gitignore", "nothing\n"),
    "what is ignored further up": (".gitignore", "shop\n"),
    "what is broken": ("broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: whole}\nspec: {containers: []}\n"),
    "settings of rules": ("kubelens.toml", '[severity]\nport-range = "info"\n[rules.large-configmap]\n'[:36]),
    "other rules": ("kubelens.toml", 'profile = "strict"\n'),
    "an older release": ("kubelens.toml", 'kubernetes-version = ["1.30", "1.36"]\n'),
    "a chart's release of Helm": ("kubelens.toml", 'helm-version = "3"\n'),
    "a repository": (".git/HEAD", "ref: refs/heads/main\n"),
}


def write(folder: Path, name: str, text: str | None) -> None:
    path = folder / name
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    for name, text in TREE.items():
        write(folder, name, text)
    return folder


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KUBELENS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(checking, "_WORTH_KEEPING", 0)
    return tmp_path / "cache"


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often texts were looked at."""
    found: list[int] = []
    real = checking.run

    def counted(*arguments: Any, **named: Any) -> Any:
        found.append(1)
        return real(*arguments, **named)

    monkeypatch.setattr(checking, "run", counted)
    return found


@pytest.fixture
def check(
    tree: Path, store: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Check]:
    """``check(*arguments)`` in this process: exit code, standard output, standard error."""
    monkeypatch.chdir(tree)
    capfd.readouterr()

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as done:
            run(["check", *arguments])
        out, err = capfd.readouterr()
        assert isinstance(done.value.code, int)
        return done.value.code, out, err

    yield call
    gc.enable()


def test_every_format_says_the_same_again_without_looking(check: Check, looks: list[int]) -> None:
    for name in FORMATS:
        fresh = check("--no-cache", "-o", name)
        first = check("-o", name)
        looks.clear()
        again = check("-o", name)
        assert fresh == first == again, name
        assert not looks, name
    assert fresh[0] == 3


def test_reports_in_files_are_written_again(check: Check, tree: Path, looks: list[int]) -> None:
    words = ("-o", "sarif=../out.sarif", "-o", "json=../out.json", "-o", "concise")
    first = check(*words)
    sarif, json = ((tree.parent / name).read_bytes() for name in ("out.sarif", "out.json"))
    (tree.parent / "out.sarif").unlink()
    (tree.parent / "out.json").write_text("other")
    looks.clear()
    assert check(*words) == first
    assert not looks
    assert ((tree.parent / "out.sarif").read_bytes(), (tree.parent / "out.json").read_bytes()) == (sarif, json)


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("form", ["json", "full"])
def test_whatever_changes_the_answer_is_that_of_a_fresh_look(check: Check, tree: Path, what: str, form: str) -> None:
    name, text = CHANGES[what]
    before = TREE.get(name)
    known = check("-o", form)
    write(tree, name, text)
    fresh = check("--no-cache", "-o", form)
    assert check("-o", form) == fresh
    assert check("-o", form) == fresh
    write(tree, name, before)
    assert check("-o", form) == known


@pytest.mark.parametrize(
    "words",
    [
        ("--select", "ALL"),
        ("--profile", "strict"),
        ("--ignore", "port-range"),
        ("--severity", "port-range=info"),
        ("--fail-on", "never"),
        ("--kubernetes-version", "1.30"),
        ("--namespace", "other"),
        ("--exclude", "shop"),
        ("--assume-exists", "ConfigMap/*"),
        ("--no-render",),
        ("--color", "always"),
        ("--quiet",),
        ("--crd", "crd.yaml"),
        ("--cluster", "shop"),
        ("--in", "chart"),
        ("shop", "chart"),
        ("--statistics",),
        ("--show-files",),
        ("--changed",),
        ("--whole-repository", "shop"),
        ("--allow-empty", "notes.yml"),
        ("notes.yml",),
    ],
)
def test_whatever_is_asked_the_answer_is_that_of_a_fresh_look(check: Check, words: tuple[str, ...]) -> None:
    check()
    fresh = check("--no-cache", *words)
    assert check(*words) == fresh
    assert check(*words) == fresh


def test_another_folder_is_another_run(check: Check, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = check("-o", "concise")
    monkeypatch.chdir(tree.parent)
    assert check("-o", "concise", "repository") == check("--no-cache", "-o", "concise", "repository") != here


def test_a_baseline_counts_as_it_is_now(check: Check, tree: Path) -> None:
    check("--baseline", "../known.json", "--write-baseline")
    quiet = check("--baseline", "../known.json", "-o", "concise")
    assert check("--baseline", "../known.json", "-o", "concise") == quiet
    (tree.parent / "known.json").unlink()
    fresh = check("--no-cache", "--baseline", "../known.json", "-o", "concise")
    assert check("--baseline", "../known.json", "-o", "concise") == fresh != quiet


def test_fixes_are_made_and_seen(check: Check, tree: Path) -> None:
    write(
        tree,
        "fix.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: clusterIP, ports: [{port: 80}]}\n",
    )
    before = check("-o", "concise")
    check("--fix", "-o", "concise")
    assert "type: ClusterIP" in (tree / "fix.yaml").read_text(encoding="utf-8")
    assert check("-o", "concise") == check("--no-cache", "-o", "concise") != before


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 1000, None])
def test_a_damaged_cache_is_made_anew(check: Check, store: Path, looks: list[int], damage: bytes | None) -> None:
    fresh = check("-o", "concise")
    file = store / FILE
    if damage is None:
        with sqlite3.connect(file) as base:
            base.execute("UPDATE kept SET value = CAST(substr(value, 1, 40) || x'00' || substr(value, 42) AS BLOB)")
        base.close()
    else:
        file.write_bytes(damage)
    assert check("-o", "concise") == fresh
    check("-o", "concise")
    looks.clear()
    assert check("-o", "concise") == fresh
    assert not looks


def test_values_of_another_form_are_not_used(check: Check, store: Path) -> None:
    fresh = check("-o", "concise")
    with sqlite3.connect(store / FILE) as base:
        keys = [key for (key,) in base.execute("SELECT key FROM kept")]
    base.close()
    for key in keys:
        Store(str(store)).put(key, b"\x93\xc0\xc0\xc0")
    assert check("-o", "concise") == fresh


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of POSIX")
def test_a_cache_that_others_may_write_is_not_used(check: Check, store: Path, looks: list[int]) -> None:
    check()
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert stat.S_IMODE((store / FILE).stat().st_mode) == 0o600
    for path in (store / FILE, store):
        mode = path.stat().st_mode
        path.chmod(mode | 0o022)
        looks.clear()
        check()
        assert looks
        path.chmod(mode)


def test_a_cache_within_the_repository_is_not_used(
    check: Check, tree: Path, looks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBELENS_CACHE_DIR", str(tree / ".cache"))
    assert check() == check()
    assert len(looks) == 2
    assert not (tree / ".cache").exists()


def test_no_place_for_a_cache_fails_no_run(
    check: Check, tree: Path, looks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree.parent / "a file").write_text("")
    monkeypatch.setenv("KUBELENS_CACHE_DIR", str(tree.parent / "a file" / "below"))
    assert check() == check()
    assert len(looks) == 2


def test_a_full_disk_fails_no_run(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = check("--no-cache")

    def full(self: Store) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Store, "_open", full)
    assert check() == fresh
    assert check() == fresh


def test_two_runs_at_once_say_what_one_says(tree: Path, store: Path) -> None:
    for number in range(60):  # enough to be worth keeping
        write(tree, f"many/{number}.yaml", TREE["shop/web.yaml"].replace("name: web", f"name: web-{number}") * 4)
    words = [sys.executable, "-P", "-m", "kubelens", "check", "-o", "json"]
    fresh = subprocess.run([*words, "--no-cache"], cwd=tree, capture_output=True, check=False)
    for _ in range(2):
        running = [subprocess.Popen(words, cwd=tree, stdout=subprocess.PIPE) for _ in range(4)]
        assert {one.communicate()[0] for one in running} == {fresh.stdout}
    assert (store / FILE).exists()


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    store = Store(str(tmp_path), most=1000)
    for number in range(10):
        store.put(b"%d" % number, bytes(300))
    assert store.get(b"9") == bytes(300)
    assert store.get(b"0") is None
    assert store.size().values <= 3


def test_the_command_says_where_the_cache_is_and_clears_it(
    check: Check, store: Path, capfd: pytest.CaptureFixture[str], looks: list[int]
) -> None:
    check()
    with pytest.raises(SystemExit):
        run(["cache", "info"])
        raise SystemExit(0)
    out = capfd.readouterr().out
    assert f"folder: {store}" in out
    assert "values: " in out
    run(["cache", "clear"])
    looks.clear()
    check()
    assert looks
