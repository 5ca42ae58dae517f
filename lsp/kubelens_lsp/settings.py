"""What somebody sets in the editor: as the flags of the command line, it goes before what a configuration says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.engine.config import Config
from kubelens.rules.api import Profile

HINTS: Final = ("pods", "totals", "quality", "defaults")
"""Kinds of hints: Pods behind selectors, what amounts and percentages come to, the QoS class, defaults that apply."""
_RELEASE: Final = re.compile(r"1\.\d{1,2}")


class Settings(Struct, frozen=True):
    """The settings of an editor; what is None or empty is left to the configuration.

    ``sets``: whether charts, kustomizations and what delivers them are judged as the sets they make.
    """

    profile: Profile | None = None
    kubernetes_version: str = ""
    hints: frozenset[str] = frozenset(HINTS)
    lenses: bool = True
    sets: bool = True

    def over(self, config: Config) -> Config:
        """A configuration with what is set in the editor."""
        release = (self.kubernetes_version,) if self.kubernetes_version else None
        return config.with_flags(
            profile=self.profile, kubernetes_version=release, guess_sets=None if self.sets else False
        )


def section_of(told: object) -> Mapping[str, Any]:
    """The settings of kubelens in what a client tells: by themselves, or under its name."""
    if not isinstance(told, Mapping):
        return {}
    own = told.get("kubelens", told)
    return own if isinstance(own, Mapping) else {}


def read_settings(told: object) -> tuple[Settings, list[str]]:
    """(the settings, what is wrong in them); what is wrong counts as not set."""
    given, problems = section_of(told), list[str]()
    profile, release = given.get("profile") or None, given.get("kubernetesVersion") or ""
    known = [str(one) for one in Profile]
    if profile is not None and profile not in known:
        problems.append(f"the setting kubelens.profile must be one of {', '.join(known)}, not {profile!r}")
        profile = None
    if release and not (isinstance(release, str) and _RELEASE.fullmatch(release)):
        problems.append(f"the setting kubelens.kubernetesVersion must be a release as '1.34', not {release!r}")
        release = ""
    hints = given.get("hints")
    chosen = (
        frozenset(HINTS) if not isinstance(hints, list) else frozenset(one for one in hints if isinstance(one, str))
    )
    if unknown := sorted(chosen - set(HINTS)):
        problems.append(f"the setting kubelens.hints may hold {', '.join(HINTS)}, not {', '.join(unknown)}")
    return Settings(
        profile=Profile(profile) if profile is not None else None,
        kubernetes_version=release,
        hints=chosen & frozenset(HINTS),
        lenses=given.get("lenses") is not False,
        sets=given.get("sets") is not False,
    ), problems
