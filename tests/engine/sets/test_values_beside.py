"""Values files beside a chart are sets of their own; those that come to the same are told once."""

from __future__ import annotations

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART


def test_each_file_is_a_set_and_equal_ones_are_folded(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(
        """\
        # file: charts/web/values-prod.yaml
        replicas: 3
        # file: charts/web/values/dev.yaml
        replicas: 2
        # file: charts/web/ci/plain-values.yaml
        {}
        """
    )
    found = repository.sets()
    assert set(found) == {"charts/web", "charts/web+values-prod.yaml"}
    assert found["charts/web"]["same"] == ["charts/web+ci/plain-values.yaml", "charts/web+values/dev.yaml"]


def test_what_one_file_breaks_says_where(repository: Repository) -> None:
    repository.write(CHART)
    repository.write("# file: charts/web/values-prod.yaml\nreplicas: many\n")
    (found,) = repository.findings()
    assert found.startswith("charts/web/templates/web.yaml:7: wrong-type: ")
    assert found.endswith("(in web+values-prod.yaml; not in web)")
    assert repository.findings("--in", "charts/web") == []
    assert len(repository.findings("--in", "web+values-prod.yaml")) == 1


def test_a_chart_that_needs_values_is_judged_with_those_beside_it(repository: Repository) -> None:
    repository.write(CHART.replace("{{ .Values.replicas }}", '{{ required "how many?" .Values.count }}'))
    asks = repository.findings("--select", "chart-unrenderable")
    assert len(asks) == 1
    repository.write("# file: charts/web/values-prod.yaml\ncount: 2\n")
    assert repository.findings("--select", "chart-unrenderable") == []
    assert repository.sets()["charts/web+values-prod.yaml"]["objects"] == 1


def test_a_layer_that_does_not_render_alone_is_no_finding(repository: Repository) -> None:
    repository.write(CHART)
    repository.write("# file: charts/web/values-prod.yaml\nreplicas: [\n")
    assert repository.findings("--select", "chart-unrenderable") == []
    assert not repository.sets()["charts/web+values-prod.yaml"]["whole"]
