"""What a run looks at: one reading of paths and configuration, for every command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.charts.reading import ChartFiles
from kubelens.engine.charts.sets import Charts, apart, find_charts
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import located
from kubelens.engine.loader import STANDARD_INPUT, Loaded, LoadHook, is_pattern, load_paths, read_standard_input
from kubelens.engine.plugins import Plugins
from kubelens.engine.told_once import short_names
from kubelens.kube.bundle import Bundle


class Wanted(Struct, frozen=True):
    """What a command line asks to be read.

    ``paths``: files and folders, ``-`` for standard input, which reports call ``stdin_filename``. ``render``: None
    builds charts and kustomizations as kubelens does it, True has kustomizations built by a program, False builds
    nothing; ``renderer``: ``native`` or ``helm``, for charts. ``whole``: the working folder too, for references.
    ``inside``: names of sets, where only these count.
    """

    paths: tuple[str, ...] = (".",)
    stdin_filename: str = STANDARD_INPUT
    render: bool | None = None
    renderer: str = "native"
    force_exclude: bool = False
    whole: bool = False
    inside: tuple[str, ...] = ()

    @property
    def named(self) -> list[str]:
        """The paths without standard input."""
        return [path for path in self.paths if path != "-"]


class Inputs(Struct):
    """The texts of a run: what to check, CRDs beside it, what runs in a cluster, and the objects before a change."""

    loaded: Sequence[Loaded]
    crds: Sequence[Loaded] = ()
    old: Bundle | None = None
    running: Sequence[Loaded] = ()
    """What a cluster holds: where the manifests have an object of that name, theirs counts."""
    named: frozenset[str] | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Files and folders below the paths that were not looked at, with the reason."""
    charts: Charts = ()
    """Charts to render, each judged as a set of objects of its own."""
    old_charts: Mapping[str, ChartFiles] = field(default_factory=dict)
    """What charts were before a change, by their names."""
    sets: Sequence[ApplySet] = ()
    """Other sets of objects, each judged by itself."""

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
        return [*apart(self.loaded, sets), *self.crds, *self.running]


def read_inputs(wanted: Wanted, config: Config, plugins: Plugins) -> Inputs:
    """The texts at some paths as a configuration has them: exclusions, definitions, a cluster, charts, kustomizations.

    Raises:
        ConfigError: a pattern of files to leave out is none, or no set has a name that was given.
    """
    loaded: list[Loaded] = []
    left_out: dict[str, str] = {}
    named: frozenset[str] | None = None
    if "-" in wanted.paths:
        loaded.append(read_standard_input(wanted.stdin_filename))
    if wanted.named:
        given = read_paths(
            wanted.named,
            config,
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
    crds = read_paths(config.crds, config, plugins) if config.crds else []
    running = read_paths(config.running, config, plugins) if config.running else []
    natively = wanted.render is not False and wanted.renderer == "native"
    sets: list[ApplySet] = []
    if natively and not wanted.render and any("ustomization" in one.uri for one in loaded):
        from kubelens.engine.kustomizations.sets import kustomization_sets  # noqa: PLC0415 - only where there are any

        sets = kustomization_sets(loaded)
    taken = {one.uri for each in sets for one in each.texts}
    charts = find_charts(one for one in loaded if one.uri not in taken) if natively else ()
    if wanted.inside:
        sets, charts = _inside(wanted.inside, sets, charts)
        loaded = []
    return Inputs(loaded, crds, None, running, named, left_out, charts, {}, sets)


def _inside(names: Sequence[str], sets: Sequence[ApplySet], charts: Charts) -> tuple[list[ApplySet], Charts]:
    """The sets and charts of some names, in full or as short as they differ."""
    folders = [folder.rstrip("/") or "." for folder, _ in charts]
    known = [*(one.name for one in sets), *folders]
    short = short_names(known)
    for name in names:
        if name not in known and name not in short:
            raise ConfigError(f"--in {name!r}: there is no such set (see kubelens sets)")
    chosen = {whole for whole, own in zip(known, short, strict=True) if whole in names or own in names}
    kept = [pair for pair, folder in zip(charts, folders, strict=True) if folder in chosen]
    return [one for one in sets if one.name in chosen], kept


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
