"""The set-ups for editors that no test starts: they can be read, agree with what is documented, and name one program."""

from __future__ import annotations

import json
import re
import tomllib

from tests.lsp.conftest import ROOT

EDITORS = ROOT / "lsp" / "editors"
README = (ROOT / "lsp" / "README.md").read_text(encoding="utf-8")
COMMAND = ["kubelens", "lsp"]


def test_helix() -> None:
    text = (EDITORS / "helix" / "languages.toml").read_text(encoding="utf-8")
    setup = tomllib.loads(text)
    server = setup["language-server"]["kubelens"]
    assert [server["command"], *server["args"]] == COMMAND
    (language,) = setup["language"]
    assert language["name"] == "yaml"
    assert "kubelens" in language["language-servers"]
    (shown,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    assert tomllib.loads(shown) == setup


def test_zed() -> None:
    setup = json.loads((EDITORS / "zed" / "settings.json").read_text(encoding="utf-8"))
    binary = setup["lsp"]["kubelens"]["binary"]
    assert [binary["path"], *binary["arguments"]] == COMMAND
    assert "kubelens" in setup["languages"]["YAML"]["language_servers"]


def test_sublime_text() -> None:
    setup = json.loads((EDITORS / "sublime" / "LSP.sublime-settings").read_text(encoding="utf-8"))
    client = setup["clients"]["kubelens"]
    assert client["enabled"] is True
    assert client["command"] == COMMAND
    assert client["selector"] == "source.yaml"


def test_neovim_and_emacs_as_documented() -> None:
    lua = (EDITORS / "neovim" / "kubelens.lua").read_text(encoding="utf-8")
    emacs = (EDITORS / "emacs" / "kubelens.el").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```elisp\n(.*?)```", README, re.DOTALL)
    assert shown.strip() in emacs
    for text in (README, lua):
        assert 'cmd = { "kubelens", "lsp" }' in text
        assert 'filetypes = { "yaml", "helm" }' in text
