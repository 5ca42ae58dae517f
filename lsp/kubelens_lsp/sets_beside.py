"""The sets of a session's folders, found, built and judged beside the analysis of single files.

All of it happens on one thread of its own, a step at a time; what was said meanwhile is taken in between two steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from kubelens.engine.gitops.repository import addresses_of
from kubelens.engine.loader import Loaded, is_below
from kubelens.engine.sets.disk import repository_of
from kubelens.engine.sets.kept import Conditions, KeptSets, ToldSets
from kubelens.rules.api import Finding
from kubelens.syntax.text import Source
from kubelens_lsp.set_files import SetFiles


class SetsBeside:
    """All sets of some folders, those of each repository kept apart."""

    def __init__(self) -> None:
        self._kept: list[KeptSets] = []
        self.told = ToldSets()

    def start(self, folders: Iterable[Path], texts: Iterable[Loaded], conditions: Conditions) -> None:
        """Begin anew: other folders, or another configuration."""
        self._kept = []
        taken: list[str] = []
        for folder in folders:
            root = repository_of(str(folder))
            if root == "/" or any(is_below(root, other) for other in taken):
                continue
            taken.append(root)
            tree = SetFiles(root, str(folder))
            self._kept.append(KeptSets(tree, conditions, partial(addresses_of, root)))
        by_tree: list[dict[str, Loaded]] = [{} for _ in self._kept]
        for one in texts:
            for number, kept in enumerate(self._kept):
                if one.source is not None and (path := kept.tree.path(one.uri)) is not None:
                    by_tree[number][path] = one
                    break
        for kept, own in zip(self._kept, by_tree, strict=True):
            kept.fill(own)

    def judged_by(self, conditions: Conditions) -> None:
        """Judge by other conditions from now on."""
        for kept in self._kept:
            kept.judged_by(conditions)

    def changed(self, texts: Mapping[str, Loaded | None]) -> None:
        """Files have other texts, or are gone."""
        for key, loaded in texts.items():
            for kept in self._kept:
                path = kept.tree.path(key)
                if path is not None:
                    kept.changed(path, loaded)
                    break

    def catch_up(self) -> Iterator[None]:
        """Find, build and judge what is not yet, a step each; at the end :attr:`told` is anew."""
        for kept in self._kept:
            yield from kept.catch_up()
        self.told = _together([kept.told() for kept in self._kept])


def _together(told: list[ToldSets]) -> ToldSets:
    if len(told) == 1:
        return told[0]
    by_file: dict[str, tuple[Finding, ...]] = {}
    sources: dict[str, Source] = {}
    for one in told:
        by_file.update(one.by_file)
        sources.update(one.sources)
    return ToldSets(
        tuple(each for one in told for each in one.sets),
        by_file,
        sources,
        frozenset[str]().union(*(one.taken for one in told)),
        {name: run for one in told for name, run in one.charts.items()},
        tuple(pair for one in told for pair in one.held),
    )
