"""What a set shall be made of: charts with values, kustomizations, files; where that was said, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from kubelens.engine.apply_sets import ASSUMED_RELEASE
from kubelens.render.kustomize.settings import Kustomization
from kubelens.render.origin import Origin, Sourced
from kubelens.rules.api import Profile


class Lacked(StrEnum):
    """What sets do without, as a summary of many calls it."""

    CHARTS = "charts from elsewhere"
    SOURCES = "sources from elsewhere"
    VALUES = "values from elsewhere"
    GENERATED = "what generators give"
    JSONNET = "Jsonnet"
    PLUGINS = "plugins"
    UNRENDERED = "charts that cannot be rendered"
    UNREAD = "what cannot be read or built"


class Lack(Struct, frozen=True):
    """Something that cannot be followed: what, as a sentence, and where it is asked for.

    ``wrong``: nobody can follow it, as it leads nowhere. ``unheeded``: whoever asks for it goes on without. ``above``: the
    folder above the root that holds it, seen from the root.
    """

    what: str
    origin: Origin | None = None
    wrong: bool = False
    above: str = ""
    kind: Lacked = Lacked.UNREAD
    unheeded: bool = False


class Options(Struct, frozen=True):
    """Values as ``helm`` takes them on the command line, ``key=value``, kind by kind."""

    set: tuple[str, ...] = ()
    set_string: tuple[str, ...] = ()
    set_file: tuple[tuple[str, str], ...] = ()
    """(key, path of the file below the root)."""


class Variables(Struct, frozen=True):
    """What ``${NAME}`` stands for. ``whole``: whether all of what they are taken from is known."""

    values: Mapping[str, str]
    whole: bool = True


class ChartPart(Struct, frozen=True):
    """A chart as it is released. ``values``: paths of files and maps, later ones over earlier ones."""

    folder: str
    values: tuple[str | Sourced, ...] = ()
    options: Options = Options()
    release_name: str = ASSUMED_RELEASE
    namespace: str = ""
    api_versions: tuple[str, ...] = ()
    kubernetes_version: str = ""
    with_crds: bool = True
    post: Kustomization | None = None
    """What is done to the output before it is applied."""


class OverlayPart(Struct, frozen=True):
    """A kustomization. ``more``: what is added to its file before it is built.

    ``recursive``: where the folder has no kustomization, all manifests below it are taken (Flux). ``variables``: what is
    filled in afterwards. ``root_only``: whether its files must stand in or below its folder, as ``kustomize build`` has it
    (Flux builds with ``LoadRestrictionsNone``).
    """

    folder: str
    more: Kustomization | None = None
    recursive: bool = False
    variables: Variables | None = None
    root_only: bool = True


class FilesPart(Struct, frozen=True):
    """Manifests that are applied as they are, by their paths."""

    files: tuple[str, ...]


Part = ChartPart | OverlayPart | FilesPart


class PlannedSet(Struct, frozen=True):
    """A set before it is built.

    ``why``: who says that it is applied, as the end of a sentence. ``said_in``: the file that says it. ``beside``: the name
    of the set that is the same with a chart's own values. ``guessed``: nobody says it, it only looks so.
    """

    name: str
    origin: str
    parts: tuple[Part, ...]
    why: str = ""
    said_in: str = ""
    lacks: tuple[Lack, ...] = ()
    namespace: str = ""
    kubernetes_version: tuple[str, ...] = ()
    cluster: Mapping[str, Any] = field(default_factory=dict)
    profile: Profile | None = None
    guessed: bool = False
    beside: str = ""
    folders: tuple[str, ...] = ()
    """Folders that it is made from, whether they can be built or not."""
    prunes: bool = True
    """Whether objects that it holds no more are deleted."""
    kept: str = ""
    """Why all of its objects stay when what names it goes, where they do."""
    beneath: tuple[str, ...] = ()
    """Files, and folders with all below, that it would be made from, were nothing lacking."""
    base: bool = False
    """Whether it may be meant for others: nobody applies it where Flux applies what it is told to."""
    server_side: bool = False
    """Whether its tool is told to apply it server-side, or to replace what is there."""
