"""What is applied together: objects that are judged as one bundle, apart from those of other sets."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, field

from kubelens.engine.loader import Loaded
from kubelens.engine.refusal import Refusal
from kubelens.rules.api import Profile
from kubelens.rules.subjects import ChartRun

FOLDER: Final = "folder"
"""The origin of what belongs to no set: each file of it counts by where it lies."""
ASSUMED_RELEASE: Final = "release-name"
"""The name of a release that nobody gives another one, as ``helm template`` has it."""


class ApplySet(Struct, frozen=True, eq=False):
    """One set: its name for people, the texts that make it up (rendered ones and those they were made from).

    ``whole``: whether all of its objects are there; where they are not, nothing is said of what is missing.
    ``chart``: the chart it was rendered from, for rules about charts. ``origin``: what it was made from, ``why`` who says
    so. ``objects``: the (kind, name) of what it holds, as far as that is known before it is read.
    """

    name: str
    texts: Sequence[Loaded]
    whole: bool = True
    chart: ChartRun | None = None
    origin: str = "chart"
    objects: tuple[tuple[str, str], ...] = ()
    why: str = ""
    missing: tuple[str, ...] = ()
    """What it does without, as sentences."""
    lacked: tuple[str, ...] = ()
    """The same in words of a summary, each once: ``charts from elsewhere``."""
    also: tuple[str, ...] = ()
    """The names of sets that came to the same and are not judged again."""
    namespace: str = ""
    """Of objects that name none; empty: as configured."""
    kubernetes_version: tuple[str, ...] = ()
    cluster: Mapping[str, Any] = field(default_factory=dict)
    profile: Profile | None = None
    guessed: bool = True
    """Whether nobody says that it is applied so; it only looks so."""
    said_in: Sequence[Loaded] = ()
    """Texts that say what the set is made of, and are judged elsewhere."""
    beside: str = ""
    """The name of the set that is the same chart with its own values."""
    prunes: bool = True
    """Whether objects that it holds no more are deleted."""
    above: tuple[str, ...] = ()
    """Folders that hold what it does without, and more than what is looked at."""
    kept: str = ""
    """Why all of its objects stay when what names it goes, where they do."""
    beneath: Sequence[Loaded] = ()
    """Texts that it would be made from, were nothing lacking; what they hold is judged elsewhere, if at all."""
    looks_by: str = ""
    """Where it is guessed, the file that makes it look like a set."""
    base: bool = False
    """Whether it may be meant for others, which give what it lacks."""
    server_side: bool = False
    """Whether its tool is told to apply it server-side, or to replace what is there."""
    open_values: bool = False
    """Whether the values of its chart hang on others that nobody gives here."""
    refusals: tuple[Refusal, ...] = ()
    """What the tools that build it refuse, with all files at hand."""

    @property
    def assumed_release(self) -> str:
        """The name of the release where nobody gives it one; ``""`` where somebody does, and for what is no chart."""
        return ASSUMED_RELEASE if self.guessed and self.chart is not None else ""

    @property
    def came_to_nothing(self) -> bool:
        """Whether something is lacking and nothing was made at all."""
        return not self.whole and all(text.made is None for text in self.texts)

    def is_made_from(self, files: Collection[str]) -> bool:
        """Whether one of some files is part of it, names it, or lay (if it is gone) where others of it lie."""
        own = {text.uri for text in (*self.texts, *self.said_in, *self.beneath) if text.made is None}
        if not own.isdisjoint(files):
            return True
        folders = {uri.rpartition("/")[0] for uri in own}
        return any(uri.rpartition("/")[0] in folders and not os.path.lexists(uri) for uri in files)
