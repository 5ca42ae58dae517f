"""Small random charts are the same ones for a seed, and are rendered or refused: ``python -m tools.mini_charts``."""

from __future__ import annotations

from tools.mini_charts import by_kubelens, mini_charts, record


def test_random_charts_are_rendered_or_refused_and_the_same_for_a_seed() -> None:
    charts = list(mini_charts(3, 12))
    assert charts == list(mini_charts(3, 12))
    assert charts != list(mini_charts(4, 12))
    answers = [by_kubelens(chart) for chart in charts]
    assert {(one.output is None) != (one.error is None) for one in answers} == {True}
    assert {one.error is None for one in answers} == {True, False}


def test_a_recorded_chart_holds_what_was_said() -> None:
    (chart,) = mini_charts(3, 1)
    answer = by_kubelens(chart)
    made = record(chart, answer, 5)
    assert (made["id"], made["files"], made["args"]) == ("mini-005", chart.files, chart.arguments)
    assert made.get("output", made.get("error")) in (answer.output, answer.error)
