"""Neovim itself, without a screen, shows the diagnostics of a folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.conftest import ENVIRONMENT, ROOT

NVIM = shutil.which("nvim")
DOCUMENTED = ROOT / "lsp" / "editors" / "neovim" / "kubelens.lua"
MANIFESTS = ROOT.parent / "shared" / "manifests" / "microservices-demo"

SETUP = """
vim.cmd("filetype on")
dofile([[{lua}]]).setup({{ cmd = {{ [[{python}]], "-m", "kubelens", "lsp" }} }})
"""
# Neovim before 0.8 has neither vim.lsp.start nor vim.fs: the same client, started by hand.
OLD = """
vim.cmd("filetype on")
vim.api.nvim_create_autocmd("FileType", {{ pattern = "yaml", callback = function()
  local cmd = {{ [[{python}]], "-m", "kubelens", "lsp" }}
  local id = vim.lsp.start_client({{ name = "kubelens", cmd = cmd, root_dir = [[{folder}]] }})
  vim.lsp.buf_attach_client(vim.api.nvim_get_current_buf(), id)
end }})
"""
ASK = """
vim.cmd("edit " .. vim.fn.fnameescape([[{file}]]))
vim.wait(60000, function() return #vim.diagnostic.get(0) >= {wanted} end, 100)
vim.wait(1000)
local found = {{}}
for _, d in ipairs(vim.diagnostic.get(0)) do
  table.insert(found, {{ code = d.code, source = d.source, line = d.lnum, column = d.col, message = d.message }})
end
local file = io.open([[{answer}]], "w")
file:write(vim.fn.json_encode(found))
file:close()
vim.cmd("qall!")
"""


def version() -> tuple[int, int]:
    assert NVIM is not None
    text = subprocess.run([NVIM, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    found = re.search(r"v(\d+)\.(\d+)", text)
    assert found is not None
    return int(found[1]), int(found[2])


def diagnostics(folder: Path, file: Path, home: Path, wanted: int = 1, ask: str = ASK) -> list[dict[str, object]]:
    if NVIM is None:
        pytest.skip("nvim is not installed")
    answer = home / "answer.json"
    setup = SETUP if version() >= (0, 8) else OLD
    script = (setup + ask).format(
        lua=DOCUMENTED, python=sys.executable, folder=folder, file=file, answer=answer, wanted=wanted
    )
    (home / "init.lua").write_text(script)
    environment = {
        **os.environ,
        **ENVIRONMENT,
        **{f"XDG_{kind}_HOME": str(home) for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
    }
    command = [NVIM, "--headless", "--clean", "-n", "-c", f"luafile {home / 'init.lua'}"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )  # noqa: S603
    assert answer.exists(), done.stderr
    found: list[dict[str, object]] = json.loads(answer.read_text() or "[]")
    return found


def test_a_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (folder / "kubelens.toml").write_text("")
    found = diagnostics(folder, folder / "app.yaml", tmp_path_factory.mktemp("home"))
    (unknown,) = [d for d in found if d["code"] == "unknown-field"]
    assert (unknown["source"], unknown["line"], unknown["column"]) == ("kubelens", 23, 10)


def test_a_project_somebody_else_wrote(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    if not MANIFESTS.is_dir():
        pytest.skip(f"{MANIFESTS} is absent")
    copy = tmp_path / "project"
    shutil.copytree(MANIFESTS, copy)
    (copy / "kubelens.toml").write_text("")
    file = next(copy.rglob("kubernetes-manifests/adservice.yaml"))
    text = file.read_text().replace("    spec:\n", "    spec:\n      dnsPolcy: Default\n", 1)
    file.write_text(text)
    found = diagnostics(copy, file, tmp_path_factory.mktemp("home"))
    assert "unknown-field" in {d["code"] for d in found}


LENS = """
vim.cmd("edit " .. vim.fn.fnameescape([[{file}]]))
vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 100)
vim.lsp.codelens.refresh({{ bufnr = 0 }})
vim.wait(20000, function() return #vim.lsp.codelens.get(0) > 0 end, 100)
vim.api.nvim_win_set_cursor(0, {{ 2, 0 }})
vim.lsp.codelens.run()
vim.wait(20000, function() return vim.bo.buftype == "nofile" end, 100)
local file = io.open([[{answer}]], "w")
file:write(vim.fn.json_encode(vim.api.nvim_buf_get_lines(0, 0, -1, false)))
file:close()
vim.cmd("qall!")
"""


def test_the_rollout_opens_in_a_split(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    if NVIM is None:
        pytest.skip("nvim is not installed")
    if version() < (0, 11):
        pytest.skip("the documented setup is for Neovim 0.11 and later")
    (folder / "kubelens.toml").write_text("")
    shown = diagnostics(folder, folder / "app.yaml", tmp_path_factory.mktemp("home"), ask=LENS)
    assert str(shown[0]).startswith("Deployment café")
