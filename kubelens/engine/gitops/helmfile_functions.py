"""What templates of helmfile may call beyond Helm's functions (helmfile, ``pkg/tmpl/context_funcs.go``).

Nothing of the machine is asked: a variable of the environment is not set, and where a state file requires one, or runs a
program, what would come of it is a stand-in that is marked as unknown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final

from kubelens.engine.gitops.repository import inside_root
from kubelens.engine.sets.tree import Tree
from kubelens.render.functions.library import library
from kubelens.render.functions.rendering import Rendering
from kubelens.render.go.function import ANY, Function, TemplateFailure
from kubelens.render.origin import Piece, Text

_TEXT: Final = "string"
_UNSET: Final = "environment variable {!r} taken as not set"
_REQUIRED: Final = "environment variable {!r}"
_PRINTED: Final = "what {!r} prints"


class HelmfileFunctions:
    """The functions for the files of one folder. ``unset`` and ``unknown`` take what was asked for and no file tells."""

    def __init__(self, folder: str, tree: Tree) -> None:
        self._folder = folder
        self._tree = tree
        self.unset: dict[str, None] = {}
        self.unknown: dict[str, str] = {}
        """What is not known, by the stand-in for it."""

    def library(self, rendering: Rendering, builtins: Mapping[str, Function]) -> Mapping[str, Function]:
        """Helm's functions with those of helmfile before them, bound to a render."""
        return _Both({one.name: one for one in self._own()}, library(rendering, builtins))

    def unknown_in(self, value: object) -> list[str]:
        """What is not known of a value, in words."""
        texts = [str(text) for text in _texts_in(value) if text.unknown]
        return [words for name, words in self.unknown.items() if any(name in text for text in texts)]

    def text(self, path: str) -> str:
        """The text of a file, ``""`` for none."""
        return self._tree.read(path) or ""

    def _own(self) -> Iterator[Function]:
        yield Function("env", self._env, (_TEXT,))
        yield Function("requiredEnv", lambda name: self._stand_in(str(name), _REQUIRED), (_TEXT,))
        yield Function(
            "exec", lambda name, *more: self._stand_in(str(name), _PRINTED), (_TEXT, ANY, ANY), variadic=True
        )
        yield Function("readFile", self._read_file, (_TEXT,))
        yield Function(
            "get", lambda path, *more: self._get(str(path), more, required=True), (_TEXT, ANY), variadic=True
        )
        yield Function(
            "getOrNil", lambda path, *more: self._get(str(path), more, required=False), (_TEXT, ANY), variadic=True
        )

    def _env(self, name: str) -> str:
        self.unset[_UNSET.format(str(name))] = None
        return ""

    def _stand_in(self, name: str, words: str) -> Text:
        self.unknown[name] = words.format(name)
        return Text(name, (Piece(len(name), (), False, True),))

    def _read_file(self, name: str) -> Text:
        inside = inside_root(str(name), self._folder or ".")
        text = self._tree.read(inside) if inside is not None else None
        if inside is None or text is None:
            raise TemplateFailure(f"open {posixpath.join(self._folder, str(name))}: no such file or directory")
        return Text.written(text, inside, 0)

    def _get(self, path: str, more: tuple[object, ...], *, required: bool) -> object:
        """``get PATH [DEFAULT] MAP``."""
        where = more[-1] if more else None
        steps = path.split(".")
        while steps and isinstance(where, Mapping) and steps[0] in where:
            where = where[steps.pop(0)]
        if not steps:
            return where
        if len(more) > 1:
            return more[0]
        if required:
            raise TemplateFailure(f"no value exist for key {path!r}")
        return None


class _Both(Mapping[str, Function]):
    def __init__(self, first: Mapping[str, Function], second: Mapping[str, Function]) -> None:
        self._first, self._second = first, second

    def __getitem__(self, name: str) -> Function:
        return self._first[name] if name in self._first else self._second[name]

    def __contains__(self, name: object) -> bool:
        return name in self._first or name in self._second

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self._first), **dict.fromkeys(self._second)})

    def __len__(self) -> int:
        return len(dict.fromkeys((*self._first, *self._second)))


def _texts_in(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)
