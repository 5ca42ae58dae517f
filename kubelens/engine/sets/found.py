"""The sets that were found in a run, to be built when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.loader import Loaded
from kubelens.syntax.pattern import pattern

if TYPE_CHECKING:
    from kubelens.engine.sets.disk import Disk
    from kubelens.rules.absence import Absent

_NAMES: Final = pattern(r"(?:^|/)(?:[Kk]ustomization(?:\.ya?ml)?|Chart\.yaml|templates/.*|skaffold[^/]*|helmfile.*)$")
_WORDS: Final = ("argoproj.io/", "toolkit.fluxcd.io/")


class Orphan(Struct, frozen=True):
    """A file that nobody lists; a patch by its name is no object, and is not judged as one.

    ``is_unapplied``: it lies where Argo CD or Flux applies what is listed.
    """

    uri: str
    is_patch: bool
    is_unapplied: bool = False


class SetKinds(Struct, frozen=True):
    """How sets are built.

    ``charts``: whether charts are rendered here; where ``helm`` renders them, kustomizations alone are sets.
    ``by_program``: whether kustomizations are built by ``kustomize`` or ``kubectl`` where these can.
    """

    charts: bool = True
    by_program: bool = False


ALL_KINDS: Final = SetKinds()


class Found(Protocol):
    """Sets below one root."""

    @property
    def orphans(self) -> Sequence[Orphan]:
        """Manifests beside kustomizations that no set is made from."""

    @property
    def listed(self) -> Collection[str]:
        """The files that kustomizations name, whether these can be built or not."""

    @property
    def absent(self) -> tuple[Absent, ...] | None:
        """What objects of Argo CD and Flux name and nothing makes, None where nobody looked."""

    def built(self, kubernetes: str) -> list[ApplySet]:
        """All of them for a release of Kubernetes, as ``1.36``."""


class Sets(Struct, frozen=True):
    """All sets of a run, root by root. ``names``: of those that are asked for, None for all.

    ``again`` finds them in other texts.
    """

    found: tuple[Found, ...] = ()
    names: frozenset[str] | None = None
    again: Callable[[Sequence[Loaded]], Sets] | None = None
    disks: tuple[Disk, ...] = ()
    """The files that they are made from."""

    def built(self, kubernetes: str) -> list[ApplySet]:
        """The sets that are asked for, built for a release."""
        sets = [one for each in self.found for one in each.built(kubernetes)]
        return [one for one in sets if self.names is None or not self.names.isdisjoint((one.name, *one.also))]

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """Manifests beside kustomizations that no set is made from."""
        return tuple(one for each in self.found for one in each.orphans)

    @property
    def listed(self) -> frozenset[str]:
        """The files that kustomizations name, whether these can be built or not."""
        return frozenset(uri for each in self.found for uri in each.listed)

    @property
    def absent(self) -> tuple[Absent, ...] | None:
        """What objects of Argo CD and Flux name and nothing makes, None where nobody looked."""
        looked = [each.absent for each in self.found if each.absent is not None]
        return tuple(one for each in looked for one in each) if looked else None

    def over(self, loaded: Sequence[Loaded]) -> Sets:
        """The same sets made from changed texts."""
        return replace(self.again(loaded), names=self.names) if self.again is not None else self


NO_SETS: Final = Sets()


def may_hold_sets(loaded: Iterable[Loaded], config: Config) -> bool:
    """Whether there may be sets: the configuration names some, or a file's name or words look like it."""
    if config.apply_sets:
        return True
    return any(
        _NAMES.search(one.uri) is not None or (one.source is not None and any(w in one.source.text for w in _WORDS))
        for one in loaded
    )
