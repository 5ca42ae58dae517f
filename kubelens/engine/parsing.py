"""The texts of a large run, parsed and read by several processes while this one gets ready."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import TracebackType
from typing import Any, Final, Self

from kubelens.engine.loader import Loaded
from kubelens.engine.parallel import MOST_TASKS, PARALLEL_FROM, Parallel, even_runs
from kubelens.engine.parsed import Parsed
from kubelens.engine.partials import says_nothing
from kubelens.kube.reading import Reading, read_value
from kubelens.kube.resource import Header, read_header
from kubelens.syntax.parse import compose_again, parse_source
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem
from kubelens.syntax.tree import Document, Node

_ANCHOR: Final = pattern(r"(?:^|[\s\[{,:])&[\w-]")
_ALIAS: Final = pattern(r"(?:^|[\s\[{,:])\*[\w-]")
_Sent = list[tuple[list[tuple[int, int, Header | None, bool, Any, Node | None]], list[Problem]]]
"""For each text of a task its documents (start, end, header, whether its value follows, value, tree) and problems."""


class Parsing:
    """Texts on their way to documents, each once. Those with aliases are left out: shared nodes do not travel.

    ``trees``: whether trees travel. Without, a document that another process has parsed is parsed again when somebody
    looks at its tree: few are looked at where little is found.
    """

    def __init__(self, loaded: Iterable[Loaded], *, jobs: int, trees: bool = False) -> None:
        unread = {
            id(one.source): one.source
            for one in (loaded if jobs > 1 else ())
            if one.source is not None and one.parsed is None
        }
        sources = [one for one in unread.values() if not may_hold_aliases(one.text) and not says_nothing(one)]
        sizes = [len(source.text) for source in sources]
        self._sources = sources if sum(sizes) >= PARALLEL_FROM else []
        self._runs = even_runs(sizes, MOST_TASKS) if self._sources else []
        if self._sources and jobs > 1:  # some need it nearly always: imported here, once, and not in every copy
            import_module("kubelens.syntax.events")
        self._trees = trees
        self._own: dict[int, list[Document]] = {}
        self._process = os.getpid()
        self._parallel = Parallel(len(self._runs), self._parse, _Sent, jobs=jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parallel.__exit__(kind, error, trace)

    @property
    def shared(self) -> bool:
        """Whether other processes parse while this one may do something else."""
        return bool(self._sources)

    def finish(self) -> Mapping[int, Parsed]:
        """What there is of the texts, by the id of the source; what is not there is still to be parsed."""
        parsed: dict[int, Parsed] = {}
        for run, answer in zip(self._runs, self._parallel.answers(), strict=True):
            for number, (sent, problems) in zip(run, answer, strict=True):
                source = self._sources[number]
                documents = self._own.get(number) or [
                    Document(source, index, one[5], one[0], one[1], None if self._trees else compose_again)
                    for index, one in enumerate(sent)
                ]
                parsed[id(source)] = Parsed(
                    documents,
                    problems,
                    [header for _, _, header, *_ in sent],
                    [
                        Reading(value, document) if known else None
                        for document, (_, _, _, known, value, _) in zip(documents, sent, strict=True)
                    ],
                )
        return parsed

    def _parse(self, number: int) -> _Sent:
        found: _Sent = []
        for index in self._runs[number]:
            documents, problems = parse_source(self._sources[index])
            if os.getpid() == self._process:
                self._own[index] = documents
            found.append(([_sent(document, trees=self._trees) for document in documents], problems))
        return found


def _sent(document: Document, *, trees: bool) -> tuple[int, int, Header | None, bool, Any, Node | None]:
    header = read_header(document)
    root = document.root if trees else None
    if header is None or not header.is_kubernetes:
        return document.start, document.end, header, False, None, root
    reading = read_value(document.root)
    known = reading.is_plain
    return document.start, document.end, header, known, reading.value if known else None, root


def may_hold_aliases(text: str) -> bool:
    """Whether a text may share nodes between places: what is made of it grows when it travels."""
    return "&" in text and "*" in text and _ANCHOR.search(text) is not None and _ALIAS.search(text) is not None
