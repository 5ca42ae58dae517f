"""From paths to texts: walking folders, reading files, and saying why a file was not taken."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from kubelens.engine.ignore_files import Ignores, gitignore, ignored, inherited_ignores, patterns
from kubelens.engine.regular_files import MAX_BYTES, read_regular, reason
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem, Source, Span, UnreadableText, decode_bytes

if TYPE_CHECKING:
    from pathspec import PathSpec

    from kubelens.engine.parsed import Parsed
    from kubelens.engine.provenance import Provenance

MANIFEST_SUFFIXES: Final = (".yaml", ".yml", ".json")
_KUSTOMIZATION: Final = "Kustomization"
_HELM_SOURCE: Final = pattern(r"^# Source: ([^\r\n]*)", re.MULTILINE)
_PUT_AWAY: Final = pattern(r"\.(archived?|attic|backups?|deprecated|disabled|graveyard|old|trash|unused)")
"""Hidden folders of what was applied once; one that is named, or that a kustomization takes in, is read."""
VENDORED: Final = "vendor"
MODULES: Final = "modules.txt"
"""The file by which such a folder holds the Go modules that a project depends on."""
NEVER_ENTERED: Final = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        ".venv",
        "venv",
        "__pycache__",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".ruff_cache",
        ".terraform",
    }
)
_NEVER_MANIFESTS: Final = frozenset(
    {"package.json", "package-lock.json", "tsconfig.json", "composer.json", "pnpm-lock.yaml"}
)


STANDARD_INPUT: Final = "<stdin>"
"""What standard input is called where files have names."""
MOST_VALUES: Final = 10_000_000
"""Lines and commas of the files of one run, about as many values; the tree of one takes some 400 bytes at worst."""
_LEAVES: Final = "a link that leads out of the folder that was named"
DEAD: Final = "a link to what is not there"
_IGNORED: Final = "ignored by .gitignore"
_EXCLUDED: Final = "excluded"


class Status(Enum):
    """What became of a file."""

    TAKEN = "taken"
    NOT_KUBERNETES = "not Kubernetes"
    TEMPLATE = "template"
    TAKEN_IN = "taken in"
    UNREADABLE = "unreadable"


class Loaded(Struct, frozen=True):
    """A text and where it came from; ``source`` is None where it could not be read (``reason`` says why).

    ``origins``: for rendered output, (first line, file) pairs in order: lines from there on stand for that file.
    """

    uri: str
    source: Source | None
    reason: str = ""
    origins: tuple[tuple[int, str], ...] = ()
    chart: str = ""
    rendered: bool = False
    made: Provenance | None = None
    """How the text came about, where kubelens rendered it itself."""
    taken_in: str = ""
    """The kustomization that reads it: what stands here is judged as that makes it."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it beside what its own text tells."""
    parsed: Parsed | None = None
    """Its documents, where somebody has read it already."""
    damaged: Source | None = None
    """What can be shown of bytes that are no text."""

    @property
    def editable(self) -> bool:
        """Whether what stands here can be changed here: not where helm or kustomize made it from other files."""
        return not self.origins and not self.rendered and self.made is None


LoadHook = Callable[[Path], Sequence[Loaded] | None]


def load_paths(
    paths: Iterable[str],
    *,
    root: Path,
    exclude: Sequence[str] = (),
    hook: LoadHook | None = None,
    force_exclude: bool = False,
    left_out: dict[str, str] | None = None,
) -> Iterator[Loaded]:
    """Read the manifests at paths, folders recursively, each file once, in a stable order.

    Names in what comes back are relative to ``root`` where they lie below it. Files named outright are taken
    whatever their suffix, unless ``force_exclude`` and an exclude pattern (gitignore syntax) says otherwise.
    ``left_out`` takes the files and folders that were not looked at, with the reason.
    """
    excluded = patterns(exclude) if exclude else None
    room = _Room(MOST_VALUES)
    seen: set[str] = set()
    folders: dict[str, tuple[str, str]] = {}
    for given in paths:
        path = Path(given)
        if hook is not None and (replaced := hook(path)) is not None:
            yield from replaced
            continue
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield Loaded(given, None, reason(error))
            continue
        if stat.S_ISDIR(mode):
            for found in _walk(path, root, excluded, hook, left_out if left_out is not None else {}):
                if isinstance(found, Loaded):
                    yield found
                    continue
                folder, name = os.path.split(found)
                if folder not in folders:
                    folders[folder] = (os.path.abspath(folder), display_name(Path(folder), root))
                absolute, shown = folders[folder]
                if (real := os.path.join(absolute, name)) not in seen:
                    seen.add(real)
                    yield room.take(_read(found, f"{shown.rstrip('/')}/{name}" if shown != "." else name))
            continue
        if force_exclude and excluded is not None and excluded.match_file(display_name(path, root)):
            if left_out is not None:
                left_out[display_name(path, root)] = _EXCLUDED
            continue
        if (real := os.path.abspath(given)) not in seen:
            seen.add(real)
            yield room.take(read_file(path, root))


class _Room:
    """What the files of one run may still hold, so that its memory has a bound."""

    def __init__(self, values: int) -> None:
        self._left = values

    def take(self, loaded: Loaded) -> Loaded:
        """The file, or why it is left out; smaller ones after it may still find room."""
        if loaded.source is None:
            return loaded
        text = loaded.source.text
        values = text.count("\n") + text.count(",")
        if values > self._left:
            return Loaded(loaded.uri, None, f"is left out: the files of one run hold more than {MOST_VALUES:,} values")
        self._left -= values
        return loaded


def display_name(path: Path, root: Path) -> str:
    """A path as reports show it: relative to ``root`` where it lies below, with forward slashes."""
    absolute = os.path.abspath(path)
    base = os.path.abspath(root)
    if absolute == base or absolute.startswith(base.rstrip(os.sep) + os.sep):
        return os.path.relpath(absolute, base).replace(os.sep, "/")
    return (
        os.path.relpath(absolute, base).replace(os.sep, "/")
        if not Path(path).is_absolute()
        else absolute.replace(os.sep, "/")
    )


def read_file(path: Path, root: Path) -> Loaded:
    """Read one file; what keeps it from being read becomes a reason."""
    return _read(os.fspath(path), display_name(path, root))


def _read(path: str, uri: str) -> Loaded:
    try:
        text, bom = decode_bytes(read_regular(path))
    except OSError as error:
        return Loaded(uri, None, reason(error))
    except UnreadableText as error:
        return _damaged(uri, error)
    return Loaded(uri, Source(uri, text, bom=bom))


def _damaged(uri: str, error: UnreadableText) -> Loaded:
    """Bytes that are no text, and where: kubectl reads them with U+FFFD for what is none."""
    if not error.shown:
        return Loaded(uri, None, str(error))
    problem = Problem(Span(error.offset, error.offset + 1), str(error), "encoding")
    return Loaded(uri, None, str(error), problems=(problem,), damaged=Source(uri, error.shown))


def read_standard_input(uri: str = STANDARD_INPUT) -> Loaded:
    """Read all of standard input."""
    if sys.stdin is None:
        return Loaded(uri, None, "is closed")
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        return Loaded(uri, None, reason(error))
    if len(data) > MAX_BYTES:
        return Loaded(uri, None, f"is longer than {MAX_BYTES // (1024 * 1024)} MB")
    try:
        text, bom = decode_bytes(data)
    except UnreadableText as error:
        return _damaged(uri, error)
    return Loaded(uri, Source(uri, text, bom=bom), origins=helm_origins(text))


def helm_origins(text: str) -> tuple[tuple[int, str], ...]:
    """Where Helm says each document came from: (line after the comment, file) of every ``# Source:`` line."""
    if "# Source: " not in text:
        return ()
    source = Source("", text)
    return tuple((source.position(m.start()).line, m[1].strip()) for m in _HELM_SOURCE.finditer(text))


def _walk(
    folder: Path, root: Path, excluded: PathSpec[Any] | None, hook: LoadHook | None, left_out: dict[str, str]
) -> Iterator[str | Loaded]:
    ignores = inherited_ignores(folder)
    stack: list[tuple[str, Ignores]] = [(os.fspath(folder), ignores)]
    visited: set[tuple[int, int]] = set()
    top = os.path.realpath(folder)
    while stack:
        current, rules = stack.pop()
        try:
            with os.scandir(current) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Loaded(display_name(Path(current), root), None, reason(error))
            continue
        if any(entry.name == ".gitignore" for entry in entries):
            rules = (*rules, *gitignore(current))
        folders: list[tuple[str, Ignores]] = []
        for entry in entries:
            path = entry.path
            try:
                is_folder = entry.is_dir()
                if entry.is_symlink():
                    if (is_folder or entry.is_file()) and leaves(path, top):
                        if is_folder or has_manifest_suffix(entry.name):
                            left_out[display_name(Path(path), root) + "/" * is_folder] = _LEAVES
                        continue
                    if is_folder:
                        status = entry.stat()
                        if (status.st_dev, status.st_ino) in visited or _is_above(path, current):
                            left_out[display_name(Path(path), root) + "/"] = "a link to a folder that is read already"
                            continue
                        visited.add((status.st_dev, status.st_ino))
            except OSError as error:
                yield Loaded(display_name(Path(path), root), None, reason(error))
                continue
            if is_folder:
                if entry.name in NEVER_ENTERED or _is_vendored(path):
                    left_out[display_name(Path(path), root) + "/"] = "never entered"
                    continue
                if _PUT_AWAY.fullmatch(entry.name):
                    left_out[display_name(Path(path), root) + "/"] = "put away, by its name: nobody applies it"
                    continue
                if ignored(path + "/", rules):
                    left_out[display_name(Path(path), root) + "/"] = _IGNORED
                    continue
                if excluded is not None and excluded.match_file(display_name(Path(path), root) + "/"):
                    left_out[display_name(Path(path), root) + "/"] = _EXCLUDED
                    continue
                if hook is not None and (replaced := hook(Path(path))) is not None:
                    yield from replaced
                    continue
                folders.append((path, rules))
            elif has_manifest_suffix(entry.name):
                if why := _why_left_out(entry, root, rules, excluded):
                    left_out[display_name(Path(path), root)] = why
                else:
                    yield path
        stack.extend(reversed(folders))


def is_taken(path: Path, folder: Path, *, root: Path, exclude: Sequence[str] = ()) -> bool:
    """Whether a walk through a folder would take a file below it (both absolute): asked about one file that came."""
    if not has_manifest_suffix(path.name) or path.name in _NEVER_MANIFESTS:
        return False
    if exclude and patterns(exclude).match_file(display_name(path, root)):
        return False
    if leaves(os.fspath(path), os.path.realpath(folder)):
        return False
    rules = inherited_ignores(folder)
    above = [folder, *reversed([p for p in path.parents if folder in p.parents])]
    for inner in above:
        if inner is not folder and (
            inner.name in NEVER_ENTERED
            or _PUT_AWAY.fullmatch(inner.name)
            or _is_vendored(os.fspath(inner))
            or ignored(f"{inner}/", rules)
        ):
            return False
        rules = (*rules, *gitignore(os.fspath(inner)))
    return not ignored(os.fspath(path), rules)


def _why_left_out(entry: os.DirEntry[str], root: Path, rules: Ignores, excluded: PathSpec[Any] | None) -> str:
    """What keeps a file with a manifest's suffix from being read, ``""`` for nothing."""
    if entry.name in _NEVER_MANIFESTS:
        return "a file of another tool by its name"
    if ignored(entry.path, rules):
        return _IGNORED
    if excluded is not None and excluded.match_file(display_name(Path(entry.path), root)):
        return _EXCLUDED
    return DEAD if entry.is_symlink() and not os.path.exists(entry.path) else ""


def is_manifest_name(path: str) -> bool:
    """Whether a file of a folder is taken for a manifest by its name and those of the folders it is in."""
    *folders, name = path.split("/")
    return (
        has_manifest_suffix(name)
        and name not in _NEVER_MANIFESTS
        and not any(one in NEVER_ENTERED or _PUT_AWAY.fullmatch(one) for one in folders)
    )


def has_manifest_suffix(name: str) -> bool:
    """Whether a file's name ends as manifests' do, in whatever case, or is the one without an ending that kustomize takes."""
    return name.lower().endswith(MANIFEST_SUFFIXES) or name == _KUSTOMIZATION


def _is_vendored(path: str) -> bool:
    """Whether a folder holds the Go modules that a project depends on, their test data included."""
    return path.endswith(VENDORED) and os.path.exists(os.path.join(path, MODULES))


def leaves(link: str, top: str) -> bool:
    """Whether a link leads out of a folder (itself without links), or into one that is never entered."""
    real = os.path.realpath(link)
    return not is_below(real, top) or not NEVER_ENTERED.isdisjoint(os.path.relpath(real, top).split(os.sep))


def is_below(real: str, root: str) -> bool:
    """Whether a path is a folder or lies below it; both without links."""
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _is_above(link: str, folder: str) -> bool:
    """Whether a link leads to a folder above itself: following it would never end."""
    real, here = os.path.realpath(link), os.path.realpath(folder)
    return here == real or here.startswith(real.rstrip(os.sep) + os.sep)
