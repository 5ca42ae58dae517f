"""Mutants in forks: the tests are collected once, and each fault meets them in a copy of that process.

What is changed is the code of the one function that holds the fault. Results that were worked out while the tests were
collected (caches, tables of modules) do not show it, so what survives here has to be asked again from the start.
"""

from __future__ import annotations

import ast
import gc
import os
import resource
import signal
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

import pytest

_SECONDS: Final = 120
"""Of CPU for the tests of one fault; who takes longer has found it."""
_WAIT: Final = 900
_BYTES: Final = 6 << 30
_SURVIVED: Final = 0
_KILLED: Final = 1
_NOT_PUT: Final = 3


class Fault:
    """One fault: the text of the file without it and with it, and the tests that reach it."""

    def __init__(self, file: Path, line: int, old: bytes, new: bytes, tests: Sequence[str]) -> None:
        self.file = file
        self.line = line
        self.old = old
        self.new = new
        self.tests = tests


class Forks:
    """A plugin of pytest that, in place of running what was collected, runs the tests of each fault in a fork.

    ``told`` is called with the number of the fault and whether it was killed; None where it could not be put in.
    """

    def __init__(self, root: Path, faults: Sequence[Fault], told: Callable[[int, bool | None], None]) -> None:
        self._root = root
        self._faults = faults
        self._told = told

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run them all; nothing else is run."""
        items = {item.nodeid: item for item in session.items}
        gc.collect()
        gc.freeze()
        for number, fault in enumerate(self._faults):
            chosen = [items[name] for name in fault.tests if name in items]
            self._told(number, self._in_fork(session, chosen, fault))
        return True

    def _in_fork(self, session: pytest.Session, items: Sequence[pytest.Item], fault: Fault) -> bool | None:
        if not items:
            return None
        if (pid := os.fork()) == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
            signal.alarm(_WAIT)
            os._exit(self._tried(session, items, fault))
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        return None if code == _NOT_PUT else code != _SURVIVED

    def _tried(self, session: pytest.Session, items: Sequence[pytest.Item], fault: Fault) -> int:
        try:
            put = _put(self._root, fault)
        except Exception:  # noqa: BLE001 - then it is tried in a process of its own
            put = False
        if not put:
            return _NOT_PUT
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return _KILLED
        return _SURVIVED


def _put(root: Path, fault: Fault) -> bool:
    """Give the function around a fault its code; whether there is exactly one such function."""
    import_module(".".join(fault.file.with_suffix("").parts).removesuffix(".__init__"))
    name, first, number = _function_at(fault)
    path = str(root / fault.file)
    code = _named(compile(fault.new, path, "exec"), name)[number]
    found = [one for one in gc.get_objects() if isinstance(one, FunctionType) and _is(one.__code__, path, name, first)]
    if gc.get_freeze_count():
        gc.unfreeze()
        found = [
            one for one in gc.get_objects() if isinstance(one, FunctionType) and _is(one.__code__, path, name, first)
        ]
    for function in found:
        function.__code__ = code
    return bool(found)


def _is(code: CodeType, path: str, name: str, first: int) -> bool:
    return code.co_name == name and code.co_firstlineno == first and os.path.realpath(code.co_filename) == path


def _function_at(fault: Fault) -> tuple[str, int, int]:
    """(name, first line, how many of that name come before) of the outermost function around a fault."""
    functions = list(_outermost(ast.parse(fault.old)))
    this = next(one for one in functions if one.lineno <= fault.line <= (one.end_lineno or one.lineno))
    alike = [one for one in functions if one.name == this.name]
    first = min((this.lineno, *(one.lineno for one in this.decorator_list)))
    return this.name, first, alike.index(this)


def _outermost(node: ast.AST) -> list[Any]:
    found: list[Any] = []
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(inner)
        else:
            found += _outermost(inner)
    return found


def _named(code: CodeType, name: str) -> list[CodeType]:
    """The code of functions of a name in a module and its classes, none within functions."""
    found: list[CodeType] = []
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_flags & 0x2:  # a function: it has fast locals
                found += [inner] if inner.co_name == name else []
            else:
                found += _named(inner, name)
    return found
