"""Emacs with eglot, without a screen: the documented setup shows the diagnostics of a file and finds a definition."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.conftest import ENVIRONMENT, ROOT

EMACS = shutil.which("emacs")
DOCUMENTED = ROOT / "lsp" / "editors" / "emacs" / "kubelens.el"
HAS_EGLOT = "(require 'package) (package-initialize) (kill-emacs (if (and (require 'eglot nil t) (require 'yaml-mode nil t)) 0 1))"
SCRIPT = """
(require 'package) (package-initialize) (require 'yaml-mode) (require 'eglot)
(load "{documented}")
(setq eglot-sync-connect 30 eglot-connect-timeout 40)
(find-file "{file}") (yaml-mode) (call-interactively #'eglot)
(flymake-mode 1) (flymake-start)
(let ((tries 0)) (while (and (null (flymake-diagnostics)) (< tries 200))
  (accept-process-output nil 0.1) (setq tries (1+ tries))))
(dolist (d (flymake-diagnostics))
  (message "seen %s %s" (line-number-at-pos (flymake-diagnostic-beg d)) (flymake-diagnostic-text d)))
(goto-char (point-min)) (search-forward "name: settings") (backward-char 3)
(message "defined %S" (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))
(kill-emacs 0)
"""


def test_a_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    if EMACS is None:
        pytest.skip("emacs is not installed")
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, **ENVIRONMENT, "HOME": str(home)}
    probe = [EMACS, "--batch", "--eval", f"(progn {HAS_EGLOT})"]
    if subprocess.run(probe, env=environment, capture_output=True, timeout=60, check=False).returncode:  # noqa: S603
        pytest.skip("this emacs has no eglot or no yaml-mode (Debian: elpa-eglot, elpa-yaml-mode)")
    program = home / "bin" / "kubelens"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kubelens "$@"\n')
    program.chmod(0o755)
    (home / "init.el").write_text(SCRIPT.format(documented=DOCUMENTED, file=folder / "app.yaml"))
    (folder / ".git").mkdir()
    done = subprocess.run(  # noqa: S603
        [EMACS, "--batch", "-l", str(home / "init.el")],
        env={**environment, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "seen 24 kubelens [unknown-field]" in done.stderr, done.stderr
    assert done.stderr.count("[unknown-field]") == 1
    assert "settings.yaml" in done.stderr.partition("defined ")[2]
