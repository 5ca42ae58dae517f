"""What a run looks at: one reading of paths and configuration, for every command."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import located
from kubelens.engine.ignore_files import is_pattern
from kubelens.engine.loader import (
    STANDARD_INPUT,
    Loaded,
    LoadHook,
    is_below,
    load_paths,
    read_standard_input,
)
from kubelens.engine.plugins import Plugins
from kubelens.engine.sets.apart import texts_apart
from kubelens.engine.sets.before import Before
from kubelens.engine.sets.chosen import chosen_sets
from kubelens.engine.sets.found import NO_SETS, SetKinds, Sets, may_hold_sets
from kubelens.kube.bundle import NEWEST, Bundle


class Wanted(Struct, frozen=True):
    """What a command line asks to be read.

    ``paths``: files and folders, ``-`` for standard input, which reports call ``stdin_filename``. ``render``: None
    builds charts and kustomizations as kubelens does it, True has kustomizations built by a program, False builds
    nothing; ``renderer``: ``native`` or ``helm``, for charts. ``whole``: the working folder too, for references.
    ``changed``: the revision that a change is seen from (empty: see ``changed_files``), None where all counts.
    ``inside``: names of sets, where only these count. ``against``: what a change is seen from: a folder of that name
    below the paths is what was there before, and no part of what is there now. ``side``: a folder that is one side of a
    change, a repository by itself where it may be.
    """

    paths: tuple[str, ...] = (".",)
    stdin_filename: str = STANDARD_INPUT
    render: bool | None = None
    renderer: str = "native"
    force_exclude: bool = False
    whole: bool = False
    inside: tuple[str, ...] = ()
    changed: str | None = None
    against: str | None = None
    side: str | None = None

    @property
    def named(self) -> list[str]:
        """The paths without standard input."""
        return [path for path in self.paths if path != "-"]

    @property
    def builds(self) -> bool:
        """Whether sets are built."""
        return self.render is not False

    @property
    def by_programs(self) -> bool:
        """Whether a program on PATH renders or builds any of them."""
        return bool(self.render) or self.renderer != "native"

    @property
    def kinds(self) -> SetKinds:
        """How sets are built, where they are."""
        return SetKinds(charts=self.renderer == "native", by_program=bool(self.render))


class Inputs(Struct):
    """The texts of a run: what to check, CRDs beside it, what runs in a cluster, and the objects before a change."""

    loaded: Sequence[Loaded]
    crds: Sequence[Loaded] = ()
    old: Bundle | None = None
    running: Sequence[Loaded] = ()
    """What a cluster holds: where the manifests have an object of that name, theirs counts."""
    named: frozenset[str] | None = None
    """The files that are asked about, and with them the sets that are made from them; None for all."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Files and folders below the paths that were not looked at, with the reason."""
    sets: Sets = NO_SETS
    """What is applied together, each judged by itself."""
    before: Before | None = None
    """The sets before a change."""

    @property
    def running_uris(self) -> frozenset[str]:
        """The texts that say what runs, and are not asked about themselves."""
        return frozenset(one.uri for one in self.running) - {one.uri for one in self.loaded}

    @property
    def beside(self) -> frozenset[str]:
        """The texts that are read for others' sake: nothing is said of what stands in them."""
        return frozenset(one.uri for one in (*self.crds, *self.running)) - {one.uri for one in self.loaded}

    def not_in_sets(self, sets: Iterable[ApplySet]) -> list[Loaded]:
        """The texts that none of some sets is made of, and those beside all sets."""
        return [*texts_apart(self.loaded, sets), *self.crds, *self.running]


def read_inputs(wanted: Wanted, config: Config, plugins: Plugins, earlier: Sets = NO_SETS) -> Inputs:
    """The texts at some paths as a configuration has them: exclusions, definitions, a cluster, charts, kustomizations.

    ``earlier``: sets of another version of these files.

    Raises:
        ConfigError: a pattern of files to leave out is none, or no set has a name that was given.
    """
    return with_sets(read_texts(wanted, config, plugins), wanted, config, earlier)


def read_texts(wanted: Wanted, config: Config, plugins: Plugins) -> Inputs:
    """The same without the sets that the texts make up: all that is read before it is known what is applied together.

    Raises:
        ConfigError: a pattern of files to leave out is none.
    """
    loaded: list[Loaded] = []
    left_out: dict[str, str] = {}
    named: frozenset[str] | None = None
    if "-" in wanted.paths:
        loaded.append(read_standard_input(wanted.stdin_filename))
    if wanted.named:
        given = read_paths(
            wanted.named,
            replace(config, exclude=(*config.exclude, *_before(wanted))),
            plugins,
            render=bool(wanted.render),
            charts_natively=wanted.renderer == "native" or wanted.render is False,
            force_exclude=wanted.force_exclude,
            left_out=left_out,
        )
        if wanted.whole:
            named = frozenset(one.uri for one in (*loaded, *given))
            seen = set(named)
            given += [one for one in read_paths(["."], config, plugins) if one.uri not in seen]
        loaded.extend(given)
    if wanted.changed is not None:
        from kubelens.engine.changes import changed_files  # noqa: PLC0415 - only where a change is asked about

        named = changed_files(wanted.named, wanted.changed)
    crds = read_paths(config.crds, config, plugins) if config.crds else []
    running = read_paths(config.running, config, plugins) if config.running else []
    return Inputs(loaded, crds, None, running, named, left_out)


def with_sets(inputs: Inputs, wanted: Wanted, config: Config, earlier: Sets = NO_SETS) -> Inputs:
    """The same texts with the sets that they make up.

    ``earlier``: sets of another version of these files.

    Raises:
        ConfigError: no set has a name that was given.
    """
    loaded, sets = inputs.loaded, NO_SETS
    left_out = dict(inputs.left_out)
    if wanted.builds and may_hold_sets(loaded, config):
        from kubelens.engine.sets.discovery import find_sets  # noqa: PLC0415 - only where there may be any
        from kubelens.engine.sets.roots import own_root  # noqa: PLC0415 - as above

        root = own_root(wanted.side, loaded) if wanted.side is not None else None
        sets = find_sets(
            *(loaded, config), paths=wanted.named, crds=inputs.crds, kinds=wanted.kinds, earlier=earlier, root=root
        )
        patches = {one.uri for one in sets.orphans if one.is_patch}
        left_out.update(dict.fromkeys(sorted(patches), "a patch that no kustomization lists"))
        loaded = [one for one in loaded if one.uri not in patches]
    if wanted.inside:
        sets = chosen_sets(sets, wanted.inside, (config.kubernetes_version or (NEWEST,))[0])
        loaded = []
    return replace(inputs, loaded=loaded, left_out=left_out, sets=sets)


def _before(wanted: Wanted) -> Iterator[str]:
    """The pattern that leaves out the folder of what was there before, where that lies below one of the paths."""
    if not wanted.against or not os.path.isdir(wanted.against):
        return
    folder, here = os.path.realpath(wanted.against), os.path.realpath(".")
    above = (os.path.realpath(path) for path in wanted.named)
    if any(folder.startswith(os.path.join(path, "")) for path in above) and is_below(folder, here):
        yield f"/{os.path.relpath(folder, here).replace(os.sep, '/')}/"


def read_paths(
    paths: Iterable[str],
    config: Config,
    plugins: Plugins,
    *,
    render: bool = False,
    charts_natively: bool = True,
    force_exclude: bool = False,
    left_out: dict[str, str] | None = None,
) -> list[Loaded]:
    """The texts at some paths, names relative to the working folder; ``left_out`` as in :func:`load_paths`.

    ``render``: kustomizations are replaced by what programs make of them, and charts too unless ``charts_natively``.

    Raises:
        ConfigError: a pattern of files to leave out is none.
    """
    for pattern in config.exclude:
        if not is_pattern(pattern):
            raise located(ConfigError(f"exclude: {pattern!r} is no pattern as in .gitignore", pattern), config)
    hook = plugins.loader(render=True) if render or not charts_natively else None
    if hook is not None and charts_natively:
        hook = _for_charts(hook, False)
    elif hook is not None and not render:
        hook = _for_charts(hook, True)
    return list(
        load_paths(
            paths,
            root=Path.cwd(),
            exclude=config.exclude,
            hook=hook,
            force_exclude=force_exclude,
            left_out=left_out,
        )
    )


def _for_charts(hook: LoadHook, wanted: bool) -> LoadHook:
    """The hook for charts alone, or for all but charts."""
    return lambda path: hook(path) if (path / CHART_FILE).is_file() is wanted else None
