"""The words of ``kubelens check`` in their plain forms, read without click, which costs as much as a small run.

Whatever is said otherwise (``--help``, ``-oconcise``, an option this table does not know, a value that is wrong) is
click's to read: :func:`read_check` gives None, and ``kubelens.cli.check`` has every option with its help.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

from kubelens.cli.input_choices import InputChoices
from kubelens.engine.config import SEVERITIES
from kubelens.rules.api import Profile

_FLAGS: Final = {
    "--fix": "fix",
    "--unsafe-fixes": "unsafe_fixes",
    "--diff": "diff",
    "--write-baseline": "write_baseline",
    "--force-exclude": "force_exclude",
    "--whole-repository": "whole",
    "--no-cache": "no_cache",
    "--no-plugins": "no_plugins",
    "--statistics": "statistics",
    "--show-files": "show_files",
    "--allow-empty": "allow_empty",
    "--exit-zero": "exit_zero",
    "--quiet": "quiet",
    "-q": "quiet",
    "--isolated": "isolated",
}
_RENDERING: Final = {"--render": True, "--no-render": False}
_SWITCHES: Final = {"--daemon": True, "--no-daemon": False}
"""What :mod:`kubelens.cli.daemon` has heard already."""
_TEXTS: Final = {
    "--against": "against",
    "--baseline": "baseline",
    "--stdin-filename": "stdin_filename",
    "--namespace": "namespace",
    "-n": "namespace",
    "--config": "config_file",
}
_LISTS: Final = {
    "--select": "select",
    "--extend-select": "extend_select",
    "--ignore": "ignore",
    "--severity": "severity",
    "--output": "output",
    "--format": "output",
    "-o": "output",
    "--schema-location": "schema_location",
    "--assume-exists": "assume_exists",
    "--compat": "compat",
    "--kubernetes-version": "kubernetes_version",
    "--crd": "crds",
    "--cluster": "running",
    "--in": "inside",
    "--exclude": "exclude",
}
_NAMES: Final = frozenset({"select", "extend_select", "ignore", "compat"})
"""Lists whose values hold several names between commas."""
_CHOICES: Final = {
    "--profile": ("profile", tuple(p.value for p in Profile)),
    "--fail-on": ("fail_on", (*SEVERITIES, "never")),
    "--color": ("colour", ("auto", "always", "never")),
    "--colour": ("colour", ("auto", "always", "never")),
}
_INPUTS: Final = frozenset(InputChoices.__struct_fields__)


def read_check(words: Sequence[str]) -> dict[str, Any] | None:
    """The parameters of :func:`kubelens.cli.checking.check` that the words behind ``check`` say, or None."""
    if any(name.endswith("_COMPLETE") and name.startswith("_KUBE") for name in os.environ):
        return None
    said = _said(words)
    if said is None:
        return None
    inputs = InputChoices(**{name: said.pop(name) for name in _INPUTS & set(said)})
    return _UNSAID | said | {"inputs": inputs}


_UNSAID: Final[dict[str, Any]] = {
    **{name: False for name in _FLAGS.values() if name not in _INPUTS},
    **{name: None for name in _TEXTS.values() if name not in _INPUTS},
    **{name: () for name in _LISTS.values() if name not in _INPUTS},
    **{name: None for name, _ in _CHOICES.values()},
    "paths": (),
    "stdin_filename": "<stdin>",
    "colour": "auto",
    "changed": None,
    "jobs": None,
    "daemon": None,
    "watch": False,
}


def _said(words: Sequence[str]) -> dict[str, Any] | None:
    said: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            paths.extend(rest)
        elif word == "-" or not word.startswith("-"):
            paths.append(word)
        elif word in _FLAGS:
            said[_FLAGS[word]] = True
        elif word in _RENDERING:
            said["render"] = _RENDERING[word]
        elif word in _SWITCHES:
            said["daemon"] = _SWITCHES[word]
        else:
            option, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
            if not equals:
                value = next(rest, "")
            if not value or value.startswith("-") or not _take(said, option, value):
                return None
    return said | {"paths": tuple(paths)}


def _take(said: dict[str, Any], option: str, value: str) -> bool:
    """Note an option's value; whether it is one this reader knows, said in the form it may have."""
    if option in _LISTS:
        name = _LISTS[option]
        values = tuple(part for text in value.split(",") if (part := text.strip())) if name in _NAMES else (value,)
        said[name] = (*said.get(name, ()), *values)
        return True
    if option == "--jobs" and value.isdecimal() and value.isascii() and int(value):
        said["jobs"] = int(value)
        return True
    if option in _TEXTS:
        name = _TEXTS[option]
    elif option in _CHOICES and value in _CHOICES[option][1]:
        name = _CHOICES[option][0]
    else:
        return False
    if name in said:
        return False
    said[name] = value
    return True
