"""``--against DIR|REV``: the objects before a change, from a folder or a git revision."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from kubelens.engine.config import Config, ConfigError
from kubelens.engine.loader import MANIFEST_SUFFIXES, Loaded, load_paths
from kubelens.engine.workspace import Workspace
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.syntax.text import Source, UnreadableText, decode_bytes


def old_bundle(against: str, paths: Sequence[str], config: Config) -> Bundle:
    """The objects of a folder or file, else those that the same paths held in a git revision.

    Raises:
        ConfigError: neither a path nor a revision of that name exists.
    """
    workspace = Workspace(release=(config.kubernetes_version or (NEWEST,))[0], namespace=config.namespace)
    if os.path.exists(against):
        workspace.fill(load_paths([against], root=Path.cwd(), exclude=config.exclude))
    else:
        workspace.fill(revision_texts(against, paths))
    return workspace.snapshot().bundle


def revision_texts(revision: str, paths: Sequence[str]) -> list[Loaded]:
    """The manifests of a git revision below some paths, read through ``git`` without a work tree.

    Raises:
        ConfigError: there is no such revision, or no git repository.
    """
    if revision.startswith("-"):
        raise ConfigError(f"--against {revision!r} is neither a path nor a git revision")
    listing = _git("ls-tree", "-r", "-z", "--name-only", revision, "--", *paths)
    loaded: list[Loaded] = []
    for name in listing.decode("utf-8", "surrogateescape").split("\0"):
        if not name.endswith(MANIFEST_SUFFIXES):
            continue
        data = _git("show", f"{revision}:./{name}")
        try:
            text, bom = decode_bytes(data)
        except UnreadableText as error:
            loaded.append(Loaded(name, None, str(error)))
            continue
        loaded.append(Loaded(name, Source(name, text, bom=bom)))
    return loaded


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        raise ConfigError("--against a git revision needs git on PATH") from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ConfigError(f"--against: {lines[-1] if lines else 'git failed'}")
    return done.stdout
