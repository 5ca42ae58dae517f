"""Start-up is part of the budget: what is imported when."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {
    "jsonschema",
    "pygls",
    "lsprotocol",
    "numpy",
    "kubelens.cel.parse",
    "asyncio",
    "importlib.metadata",
    "ruamel.yaml",
}
SET_ROOMS = ("kubelens.render.kustomize.loading", "kubelens.render.yaml", "kubelens.engine.kustomizations.discovery")
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "shop/web:1", volumeMounts: [{name: tmp, mountPath: /tmp}]}]
      volumes: [{name: tmp, emptyDir: {}}]
"""


def imported_by(*arguments: str) -> set[str]:
    code = (
        "import json, sys\n"
        "from kubelens.cli.main import main\n"
        f"try:\n    main({list(arguments)!r})\nexcept SystemExit:\n    pass\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.strip().splitlines()[-1]))


def test_version_imports_next_to_nothing() -> None:
    modules = imported_by("--version")
    assert "kubelens.cli.main" in modules
    assert not modules & HEAVY
    few = {"kubelens.cli", "kubelens.cli.main", "kubelens.cli.commands", "kubelens.cli.command_group"}
    assert not [m for m in modules if m.startswith("kubelens.") and m not in few]


def test_one_small_file_imports_what_looks_at_it(tmp_path: Path) -> None:
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n"
    (tmp_path / "a.yaml").write_text(manifest, encoding="utf-8")
    modules = imported_by("check", "--isolated", "--no-plugins", str(tmp_path / "a.yaml"))
    assert "kubelens.rules.objects.too_large_to_apply" in modules
    rooms = ("kubelens.render.chart", "kubelens.cel", "kubelens.predict.controllers.rollout", "kubelens.rules.rollout.")
    assert not [m for m in modules if m.startswith((*rooms, *SET_ROOMS))]
    assert not modules & {*HEAVY, "pluggy", "subprocess", "click", "dataclasses", "difflib", "fractions", "tempfile"}
    assert not modules & {"typing_extensions", "inspect", "hashlib"}


def test_one_deployment_imports_neither_the_scheduler_nor_the_binder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(DEPLOYMENT, encoding="utf-8")
    modules = imported_by("check", "--isolated", "--no-plugins", str(tmp_path / "a.yaml"))
    assert "kubelens.rules.rollout.rollout_never_finishes" in modules
    rooms = ("kubelens.predict.scheduler.", "kubelens.predict.controllers.persistentvolume", "kubelens.predict.cluster")
    assert not [m for m in modules if m.startswith((*rooms, *SET_ROOMS))]


def test_the_language_server_is_imported_by_its_command_only() -> None:
    assert not imported_by("rules") & {"pygls", "lsprotocol", "numpy"}
