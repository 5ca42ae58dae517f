"""How rollouts are shown: text, JSON, SVG and HTML."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.controllers.rollout.rollout import Rollout, RolloutOf
from kubelens.report.rollout import NOWHERE, as_data, as_text, shortened, spread
from kubelens.report.rollout_html import as_html
from kubelens.report.rollout_svg import as_svg
from kubelens.testing import bundle_from_text

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


def web(image: str, replicas: int = 3, kind: str = "Deployment") -> str:
    return f"""
    apiVersion: apps/v1
    kind: {kind}
    metadata: {{name: web}}
    spec:
      replicas: {replicas}
      selector: {{matchLabels: {{app: web}}}}
      template:
        metadata: {{labels: {{app: web}}}}
        spec:
          containers:
          - name: main
            image: {image}
            readinessProbe: {{initialDelaySeconds: 5, httpGet: {{port: 80}}}}
    """


def predicted(old: str, new: str, **options: bool) -> Prediction[Rollout]:
    before, after = next(iter(bundle_from_text(old))), bundle_from_text(new)
    return Oracle(after)(RolloutOf(next(iter(after)), before, **options))


@pytest.mark.parametrize("replicas", [0, 1, 3, 50, 100_000])
@pytest.mark.parametrize("never_ready", [False, True])
def test_every_form_is_the_same_each_time(replicas: int, never_ready: bool) -> None:
    first = predicted(web("a:1", replicas), web("a:2", replicas), never_ready=never_ready)
    second = predicted(web("a:1", replicas), web("a:2", replicas), never_ready=never_ready)
    for form in (as_text, as_svg, lambda p: as_html([(p, NOWHERE)]), as_data):
        assert form(first) == form(second)
    ElementTree.fromstring(as_svg(first))


def test_the_page_loads_nothing() -> None:
    page = as_html([(predicted(web("a:1"), web("a:2")), NOWHERE)])
    assert "src=" not in page
    assert "href=" not in page
    assert "<script" not in page


def test_text_names_what_serves_when_stuck() -> None:
    text = as_text(predicted(web("a:1", 10), web("a:2", 10), never_ready=True))
    assert "gets stuck" in text
    assert "8 ready Pods keep serving; ProgressDeadlineExceeded after 600 s" in text


def with_strategy(image: str, kind: str, strategy: str) -> str:
    size = "" if kind == "DaemonSet" else "replicas: 3\n      "
    return web(image, kind=kind).replace("replicas: 3", f"{size}{strategy}")


@pytest.mark.parametrize(
    ("kind", "strategy", "says", "ready"),
    [
        ("StatefulSet", "updateStrategy: {type: OnDelete}", "until somebody deletes it", 3),
        ("DaemonSet", "updateStrategy: {type: OnDelete}", "until somebody deletes it", 3),
        ("Deployment", "paused: true", "is paused: no Pod is replaced", 3),
        ("StatefulSet", "updateStrategy: {rollingUpdate: {maxUnavailable: 2}}", "1 ready of 3", 1),
    ],
)
def test_what_stands_in_the_way_of_a_rollout_is_said(kind: str, strategy: str, says: str, ready: int) -> None:
    prediction = predicted(with_strategy("a:1", kind, strategy), with_strategy("a:2", kind, strategy))
    assert says in as_text(prediction)
    assert prediction.answer.timeline is not None
    assert prediction.answer.timeline.min_ready == ready


def test_a_job_is_shown_by_its_own_counters() -> None:
    job = """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: sum}
    spec:
      completions: 3
      parallelism: 2
      template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}
    """
    bundle = bundle_from_text(job)
    text = as_text(Oracle(bundle)(RolloutOf(next(iter(bundle)))))
    assert [line.split() for line in text.splitlines()[3:6]] == [
        ["0", "2", "0", "0"],
        ["1", "1", "2", "0"],
        ["2", "0", "3", "0"],
    ]
    assert "ends with        Complete=True" in text


@pytest.mark.parametrize(
    ("new", "word"),
    [
        (web("a:2", kind="StatefulSet"), "different kinds"),
        (web("a:2").replace("name: web}", "name: api}", 1), "different names"),
    ],
)
def test_refusals(new: str, word: str) -> None:
    prediction = predicted(web("a:1"), new)
    assert word in prediction.answer.refusal
    assert word in as_text(prediction)
    assert word in as_svg(prediction)


def test_too_many_named_pods_are_refused() -> None:
    prediction = predicted(web("a:1", 3, "StatefulSet"), web("a:2", 100_000, "StatefulSet"))
    assert "100000" in prediction.answer.refusal


def test_an_edit_outside_the_template_starts_none() -> None:
    text = as_text(predicted(web("a:1"), web("a:1").replace("name: web}", "name: web, labels: {team: shop}}", 1)))
    assert "no rollout" in text


@pytest.mark.parametrize(
    ("pods", "scale", "width"), [((3, 0, 1), 4, 4), ((50, 12, 1), 63, 50), ((1, 1, 99998), 100_000, 50)]
)
def test_bars_fit(pods: tuple[int, ...], scale: int, width: int) -> None:
    cells = spread(pods, scale, width)
    assert sum(cells) <= width
    assert all(cell > 0 for cell, count in zip(cells, pods, strict=True) if count)


def test_long_charts_are_cut_in_the_middle() -> None:
    prediction = predicted(
        web("a:1", 300), web("a:2", 300).replace("replicas: 300", "replicas: 300\n      minReadySeconds: 1")
    )
    assert as_text(prediction).count("\n") < 60
    assert None not in shortened([])


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("replicas", [3, 50])
def test_a_browser_shows_the_page(replicas: int, tmp_path: Path) -> None:
    page = tmp_path / "rollout.html"
    page.write_text(as_html([(predicted(web("a:1", replicas), web("a:2", replicas)), NOWHERE)]), encoding="utf-8")
    arguments = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page.as_uri()]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert "<svg" in done.stdout
    assert f"desired {replicas}" in done.stdout
