"""For tests, ours and plugin authors': bundles from text, one rule over one text, and a rule's own examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.resource import Resource, read_resources
from kubelens.syntax.parse import parse_source
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source

if TYPE_CHECKING:
    from kubelens.engine.analysis import Analysis
    from kubelens.rules.api import Finding, Rule

_BLOCK: Final = pattern(r"^(Before|Bad|Good):[^\n]*\n+```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE: Final = pattern(r"^# file: (.*)\n", re.MULTILINE)


def resources_from_text(*texts: str, namespace: str = "default") -> list[Resource]:
    """The objects of YAML texts, each text a file ``0.yaml``, ``1.yaml`` ..."""
    resources: list[Resource] = []
    for number, text in enumerate(texts):
        documents, _ = parse_source(Source(f"{number}.yaml", dedent(text)))
        for document in documents:
            resources.extend(read_resources(document, namespace=namespace))
    return resources


def bundle_from_text(*texts: str, release: str = NEWEST) -> Bundle:
    """A bundle of the objects of YAML texts."""
    return Bundle(resources_from_text(*texts), release)


def analysis_of(
    rules: Sequence[Rule[Any]],
    *texts: str,
    old: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    release: str = NEWEST,
    cluster: Any = None,
    assume_exists: Sequence[tuple[str, str]] = (),
    pod_security: str = "",
    running: str | None = None,
) -> Analysis:
    """Run rules over YAML texts (files ``0.yaml`` ...); ``old``: the manifests before a change.

    ``running``: what a cluster holds already, as ``kubectl get -o yaml`` gives it.

    Raises:
        AssertionError: a rule raised.
    """
    from kubelens.engine.analysis import analyse  # noqa: PLC0415 - plugin authors import this module for little
    from kubelens.engine.config import Config  # noqa: PLC0415
    from kubelens.engine.loader import Loaded  # noqa: PLC0415
    from kubelens.engine.selection import choose_rules  # noqa: PLC0415
    from kubelens.engine.workspace import Workspace  # noqa: PLC0415
    from kubelens.rules.api import Facts  # noqa: PLC0415
    from kubelens.rules.subjects import ScenarioRun  # noqa: PLC0415

    workspace = Workspace(release=release, pod_security=pod_security, running=["running.yaml"])
    sources = [Source(f"{number}.yaml", dedent(text)) for number, text in enumerate(texts)]
    if running is not None:
        sources.append(Source("running.yaml", dedent(running)))
    workspace.fill(Loaded(source.uri, source) for source in sources)
    facts = Facts(
        release=release,
        assume_exists=tuple(assume_exists),
        old=bundle_from_text(old, release=release) if old is not None else None,
        cluster=cluster,
        running=frozenset({"running.yaml"} if running is not None else ()),
    )
    chosen = choose_rules(Config(select=("ALL",), rules=dict(options or {})), rules)
    snapshot = workspace.snapshot()
    if any(rule.on is ScenarioRun for rule in chosen.rules):
        from kubelens.engine.plugins import Plugins  # noqa: PLC0415
        from kubelens.engine.scenario_runs import scenario_runs  # noqa: PLC0415

        loaded = [Loaded(source.uri, source) for source in sources]
        playing = scenario_runs(loaded, Config(), Plugins(third_party=False), release)
        snapshot = replace(snapshot, scenarios=tuple(playing))
    analysis = analyse(snapshot, chosen, facts)
    assert not analysis.failures, [str(failure) for failure in analysis.failures]
    return analysis


def chart_analysis_of(rule: Rule[Any], text: str, release: str = NEWEST) -> Analysis:
    """Run one rule over a chart, written as one text: each file after a line ``# file: NAME``.

    It is rendered with the values of its ``values-*.yaml`` too.

    Raises:
        AssertionError: the rule raised.
    """
    from kubelens.engine.apply_sets import ApplySet  # noqa: PLC0415 - plugin authors import this for little
    from kubelens.engine.charts.given_values import given_values  # noqa: PLC0415
    from kubelens.engine.charts.reading import ChartFiles  # noqa: PLC0415
    from kubelens.engine.charts.rendering import Installation, ReadChart  # noqa: PLC0415
    from kubelens.engine.config import Config  # noqa: PLC0415
    from kubelens.engine.loader import Loaded  # noqa: PLC0415
    from kubelens.engine.selection import choose_rules  # noqa: PLC0415
    from kubelens.engine.sets.analysis import Judging  # noqa: PLC0415
    from kubelens.engine.sets.planned import Options  # noqa: PLC0415
    from kubelens.rules.api import Facts  # noqa: PLC0415

    parts = _FILE.split(dedent(text))[1:]
    files = {name: body.encode() for name, body in zip(parts[::2], parts[1::2], strict=True)}
    config = Config(select=("ALL",))
    given = {name: data.decode() for name, data in files.items() if fnmatch(name, "values-*.yaml")}
    values = given_values(tuple(given), Options(), given.get)
    rendered = ReadChart("", ChartFiles(files)).render(values, Installation(release), "rendered")
    beside = (Loaded(name, Source(name, text)) for name, text in given.items())
    texts = (*rendered.inputs, *beside, *rendered.outputs)
    apply_set = ApplySet(".", texts, rendered.run.fault is None, rendered.run)
    analysis = Judging(choose_rules(config, [rule]), config).judge(apply_set, Facts(release=release))
    assert not analysis.failures, [str(failure) for failure in analysis.failures]
    return analysis


def findings_of(rule: Rule[Any], *texts: str, **settings: Any) -> tuple[Finding, ...]:
    """What one rule finds in YAML texts; settings as for :func:`analysis_of`."""
    return analysis_of([rule], *texts, **settings).findings


class Example(Struct, frozen=True):
    """A rule's own example: ``kind`` is ``Bad`` or ``Good``; ``before`` the manifests before a change, if any."""

    kind: str
    text: str
    before: str | None
    chart: bool = False
    """Whether the text holds the files of a chart, each after a line ``# file: NAME``."""


def examples_of(rule: Rule[Any]) -> list[Example]:
    """The examples in a rule's docstring: ``Bad:`` and ``Good:``, each followed by a fenced block.

    A ``Before:`` block goes with the blocks after it. ``# expect: TEXT`` in a Bad block marks the line of a finding.
    """
    found: list[Example] = []
    before: str | None = None
    for match in _BLOCK.finditer(dedent(rule.doc)):
        if match[1] == "Before":
            before = match[3]
        else:
            found.append(Example(match[1], match[3], before, chart=match[2] == "chart"))
    return found


def expected_lines(text: str) -> list[tuple[int, str]]:
    """(line from 0, fragment of the message) of every ``# expect:`` comment."""
    return [
        (n, line.partition("# expect:")[2].strip()) for n, line in enumerate(text.splitlines()) if "# expect:" in line
    ]
