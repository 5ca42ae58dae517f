"""Values files beside a chart are sets of their own; those that come to the same are told once."""

from __future__ import annotations

import pytest

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
    assert repository.findings("--select", "chart-unrenderable") == []
    assert not repository.sets()["charts/web"]["whole"]
    repository.write("# file: charts/web/values-prod.yaml\ncount: 2\n")
    assert repository.findings("--select", "chart-unrenderable") == []
    assert repository.sets()["charts/web+values-prod.yaml"]["objects"] == 1


def test_a_layer_that_does_not_render_alone_is_no_finding(repository: Repository) -> None:
    repository.write(CHART)
    repository.write("# file: charts/web/values-prod.yaml\nreplicas: [\n")
    assert repository.findings("--select", "chart-unrenderable") == []
    assert not repository.sets()["charts/web+values-prod.yaml"]["whole"]


ASKS = """\
# file: charts/shop/Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
dependencies: [{name: web, version: WANTED, repository: "PLACE"}]
"""


@pytest.mark.parametrize(
    ("wanted", "place", "found"),
    [
        ("1.x.x", "oci://charts.example.com", True),
        ("2.x.x", "oci://charts.example.com", False),
        ("2.x.x", "file://../web", True),
        ("1.0.0", "file://../../elsewhere", False),
    ],
)
def test_a_chart_of_this_repository_that_another_asks_for(
    repository: Repository, wanted: str, place: str, found: bool
) -> None:
    repository.write(CHART.replace("replicas: 2", "replicas: many"))
    repository.write(ASKS.replace("WANTED", wanted).replace("PLACE", place))
    shop = repository.sets()["charts/shop"]
    assert shop["objects"] == int(found)
    assert ("with web of this repository" in shop["why"]) is found
    done = repository.check("--in", "charts/shop")
    assert ("charts/web/templates/web.yaml:7:13" in done.output) is found, done.output
