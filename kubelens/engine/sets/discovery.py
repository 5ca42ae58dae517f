"""The sets of a run: those that the configuration names, those that objects and files of tools name, those that it looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.discovery import CHART_FILE, chart_folders
from kubelens.engine.charts.values_beside import sets_of_chart
from kubelens.engine.config import Config
from kubelens.engine.gitops.argo_application import ORIGIN as ARGO
from kubelens.engine.gitops.flux_kustomization import ORIGIN as FLUX
from kubelens.engine.gitops.helmfile import is_helmfile, sets_of_helmfile
from kubelens.engine.gitops.naming import Naming
from kubelens.engine.gitops.objects import ReadTexts
from kubelens.engine.gitops.repository import addresses_of
from kubelens.engine.gitops.skaffold import is_skaffold, sets_of_skaffold
from kubelens.engine.kustomizations.discovery import Taking, kustomization_folders
from kubelens.engine.kustomizations.orphans import orphans
from kubelens.engine.loader import Loaded
from kubelens.engine.sets.building import Builder
from kubelens.engine.sets.configured import configured_sets
from kubelens.engine.sets.disk import Disk
from kubelens.engine.sets.found import ALL_KINDS, NO_SETS, Orphan, SetKinds, Sets
from kubelens.engine.sets.given_variables import given_names, with_variables_from_elsewhere
from kubelens.engine.sets.named_apart import named_apart
from kubelens.engine.sets.observed import Seen
from kubelens.engine.sets.open_values import with_open_values
from kubelens.engine.sets.planned import OverlayPart, PlannedSet
from kubelens.engine.sets.roots import texts_by_root
from kubelens.engine.sets.settling import settled
from kubelens.engine.sets.tree import Tree
from kubelens.engine.sets.unlisted import awaiting_more, folders_of, only_unapplied, unlisted
from kubelens.kube.bundle import NEWEST
from kubelens.rules.absence import Absent
from kubelens.syntax.text import Source

_MOST_PASSES: Final = 5


class FoundSets:
    """The sets below one root, ready to be built for any Kubernetes release."""

    def __init__(
        self,
        builder: Builder,
        planned: Sequence[PlannedSet],
        orphans: Sequence[Orphan] = (),
        read: ReadTexts | None = None,
        listed: frozenset[str] = frozenset(),
        absent: tuple[Absent, ...] | None = None,
    ) -> None:
        """``read``: what read the texts in which tools may name sets; ``listed``: the files that kustomizations name.

        ``absent``: what objects of Argo CD and Flux name and nothing makes, None where nobody looked.
        """
        self.builder = builder
        self.read = read if read is not None else ReadTexts()
        self.planned = tuple(planned)
        self.orphans = tuple(orphans)
        self.listed = listed
        self.absent = absent
        self._open = with_open_values(self.planned)

    def built(self, kubernetes: str) -> list[ApplySet]:
        """All of them for a release, as ``1.36``: those that come to the same only once."""
        sets = [self.builder.build(one, (one.kubernetes_version or (kubernetes,))[0]) for one in self.planned]
        sets = with_variables_from_elsewhere(sets, given_names(self.planned))
        return settled([replace(one, open_values=True) if one.name in self._open else one for one in sets])


def find_sets(
    loaded: Sequence[Loaded],
    config: Config,
    *,
    paths: Sequence[str] = (),
    crds: Iterable[Loaded] = (),
    kinds: SetKinds = ALL_KINDS,
    earlier: Sets = NO_SETS,
    root: str | None = None,
) -> Sets:
    """The sets that texts make up, with all that lies around them in their repositories.

    ``paths``: where the texts were read from; ``crds``: definitions that clusters have; ``earlier``: sets of another
    version of these files; ``root``: the repository that all of them lie in, where it is known.
    """
    definitions = tuple(crds)
    found: list[FoundSets] = []
    by_root = texts_by_root(loaded, paths, root)
    for disk, texts in by_root:
        addresses = partial(_addresses, disk)
        found.append(sets_of_tree(disk, texts, config, addresses, crds=definitions, kinds=kinds, earlier=earlier))

    def again(texts: Sequence[Loaded]) -> Sets:
        return find_sets(texts, config, paths=paths, crds=definitions, kinds=kinds, root=root)

    return Sets(tuple(found), None, again, tuple(disk for disk, _ in by_root))


def _addresses(disk: Disk) -> frozenset[str]:
    return disk.observed.note(Seen.ADDRESSES, "", addresses_of(disk.root))


def sets_of_tree(
    tree: Tree,
    texts: Mapping[str, Loaded],
    config: Config,
    addresses: Callable[[], frozenset[str]],
    *,
    crds: Iterable[Loaded] = (),
    kinds: SetKinds = ALL_KINDS,
    earlier: Sets = NO_SETS,
) -> FoundSets:
    """The sets of one tree; ``texts``: those of the run by path; ``addresses`` gives those of the repository's remotes.

    ``earlier``: sets of another version of its files, which are not built again where they are the same.
    """
    for path, one in texts.items():
        if one.source is not None:
            tree.sources[path] = one.source
    before = _same_root(earlier, tree)
    builder = Builder(
        tree,
        namespace=config.namespace,
        helm=int(config.helm_version),
        crds=crds,
        loaded=texts.values(),
        chart_folders=chart_folders(texts, tree),
        earlier=before.builder if before is not None else None,
        by_program=kinds.by_program,
    )
    return sets_with(builder, texts, config, addresses, kinds=kinds, read=before.read if before is not None else None)


def sets_with(
    builder: Builder,
    texts: Mapping[str, Loaded],
    config: Config,
    addresses: Callable[[], frozenset[str]],
    *,
    kinds: SetKinds = ALL_KINDS,
    read: ReadTexts | None = None,
) -> FoundSets:
    """The sets of a tree, made by somebody who may have made some of them before; see :func:`sets_of_tree`.

    ``read``: reads texts in which tools may name sets, some of which it may have read before.
    """
    read = read if read is not None else ReadTexts()
    search = _Search(builder, texts, config, addresses, kinds, read)
    planned = search.planned()
    away = search.unlisted(planned)
    named = [awaiting_more(one) if one.said_in in away else one for one in named_apart(planned)]
    return FoundSets(
        builder, named, search.orphans(planned), read, search.listed(), search.absent(search.unapplied(planned, away))
    )


def _same_root(earlier: Sets, tree: Tree) -> FoundSets | None:
    """The sets of the same root, under the same names."""
    for one in earlier.found:
        if isinstance(one, FoundSets):
            known = one.builder.tree
            if (known.root, known.shown("")) == (tree.root, tree.shown("")):
                return one
    return None


class _Search:
    def __init__(
        self,
        builder: Builder,
        texts: Mapping[str, Loaded],
        config: Config,
        addresses: Callable[[], frozenset[str]],
        kinds: SetKinds,
        read: ReadTexts,
    ) -> None:
        self.builder = builder
        self.tree = builder.tree
        self.texts = texts
        self.config = config
        self.kinds = kinds
        self.kubernetes = (config.kubernetes_version or (NEWEST,))[0]
        self.naming = Naming(builder, addresses, self.kubernetes, read)
        self.taking = Taking(kustomization_folders(texts), builder.files)
        self.charts = chart_folders(texts, self.tree)
        self.guesses: dict[str, list[PlannedSet]] = {}

    def planned(self) -> list[PlannedSet]:
        """All sets: named ones first."""
        if not self.kinds.charts:
            return self._guessed(()) if self.config.guess_sets else []
        said = [*configured_sets(self.config, self.tree), *self._of_tools()]
        if not self.config.guess_sets:
            return said
        self.naming.look_through(self._raw(), self._built(said))
        guessed: list[PlannedSet] = []
        for _ in range(_MOST_PASSES):
            before, guessed = guessed, self._guessed(said)
            names = {one.name for one in guessed}
            let_go = self.naming.let_go(one.name for one in before if one.name not in names)
            if not self.naming.look_through({}, self._built(guessed)) and not let_go:
                break
        return [*said, *self.naming.planned, *guessed]

    def orphans(self, planned: Sequence[PlannedSet]) -> list[Orphan]:
        """The files beside kustomizations that no set is made from."""
        if not self.config.guess_sets:
            return []
        used = {text.uri for _, one in self._built(planned) for text in one.texts}
        applied = folders_of(planned, (ARGO, FLUX))
        return list(orphans(self.texts, self.taking, used, applied, self.charts))

    def unlisted(self, planned: Sequence[PlannedSet]) -> frozenset[str]:
        """The files of Kustomizations of Flux that nothing lists where another applies what is listed."""
        if not self._has_flux():
            return frozenset()
        used = {text.uri for _, one in self._built(planned) for text in one.texts}
        return unlisted(planned, FLUX, used, self.tree.shown)

    def unapplied(self, planned: Sequence[PlannedSet], away: frozenset[str]) -> frozenset[str]:
        """The files of objects that nobody applies: those of :meth:`unlisted`, and what no set holds but such that lead to them."""
        if not self._has_flux():
            return away
        paths = {
            name: {path for text in one.texts if (path := self.tree.path(text.uri)) is not None}
            for name, one in self._built(planned)
        }
        return only_unapplied(planned, FLUX, away, paths)

    def listed(self) -> frozenset[str]:
        """The files that kustomizations name, as reports show them."""
        return frozenset(map(self.tree.shown, self.taking.files())) if self.config.guess_sets else frozenset()

    def absent(self, away: frozenset[str]) -> tuple[Absent, ...] | None:
        """What objects of Argo CD and Flux name and nothing makes; None where it was not looked for sets that they name.

        ``away``: files of objects that nobody applies.
        """
        return self.naming.absent(away) if self.kinds.charts and self.config.guess_sets else None

    def _built(self, planned: Sequence[PlannedSet]) -> Iterator[tuple[str, ApplySet]]:
        for one in planned:
            yield one.name, self.builder.build(one, self.kubernetes)

    def _of_tools(self) -> list[PlannedSet]:
        if not self.config.guess_sets:
            return []
        found: list[PlannedSet] = []
        for path in self.texts:
            if is_helmfile(path):
                found += sets_of_helmfile(path, self.tree)
            elif is_skaffold(path):
                found += sets_of_skaffold(path, self.tree)
        return found

    def _raw(self) -> dict[str, Source]:
        """The texts that nothing else is made from: not those of charts, nor what kustomizations take in."""
        inside = tuple(f"{folder}/" if folder else "" for folder in self.charts)
        taken = self.taking.files()
        return {
            path: one.source
            for path, one in self.texts.items()
            if one.source is not None and path not in taken and not (inside and path.startswith(inside))
        }

    def _guessed(self, said: Sequence[PlannedSet]) -> list[PlannedSet]:
        """What looks like sets, but for what a named set is made from."""
        used: set[str] = set()
        claimed: set[str] = set()
        for planned in (*said, *self.naming.planned):
            built = self.builder.build(planned, self.kubernetes)
            used.update(text.uri for text in built.texts)
            claimed.update(planned.folders)
        found: list[PlannedSet] = []
        for folder in self.taking.roots():
            if folder not in claimed and self.tree.shown(self.taking.file_of(folder)) not in used:
                found += self._guess(f"kustomization {folder}", self._kustomization(folder))
        if self.kinds.charts:
            for folder in self.charts:
                own = f"{folder}/{CHART_FILE}" if folder else CHART_FILE
                if folder not in claimed and self.tree.shown(own) not in used:
                    found += self._guess(f"chart {folder}", sets_of_chart(folder, self.tree))
        return found

    def _guess(self, slot: str, planned: list[PlannedSet]) -> list[PlannedSet]:
        """The same planned sets each time, so that each is built once."""
        return self.guesses.setdefault(slot, planned)

    def _kustomization(self, folder: str) -> list[PlannedSet]:
        name = self.tree.shown(folder) or "."
        why = "a kustomization that no other takes in"
        own = self.taking.file_of(folder)
        part = OverlayPart(folder, root_only=not self._has_flux())
        return [PlannedSet(name, "kustomization", (part,), why, own, guessed=True, base=self._has_flux())]

    def _has_flux(self) -> bool:
        """Whether Flux is at work here, which may build what nobody names as well: by a path of another source."""
        return any(one.origin == FLUX for one in self.naming.planned)
