"""Sets that kubelens.toml names."""

from __future__ import annotations

import pytest

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY


def test_a_chart_with_values_release_and_namespace(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(
        """\
        # file: environments/prod.yaml
        replicas: many
        # file: kubelens.toml
        [[apply-sets]]
        path = "charts/web"
        name = "prod"
        values = ["environments/prod.yaml"]
        namespace = "shop"
        release-name = "cart"
        """
    )
    assert list(repository.sets()) == ["prod"]
    done = repository.check()
    assert "Deployment 'shop/cart': spec.replicas must be a whole number" in done.output
    assert "environments/prod.yaml:1:11" in done.output


def test_single_values_come_over_files(repository: Repository) -> None:
    repository.write(CHART)
    repository.write('# file: kubelens.toml\n[[apply-sets]]\npath = "charts/web"\nset = ["replicas=few"]\n')
    (found,) = repository.findings()
    assert 'is the text "few"' in found


def test_a_set_has_its_own_profile_and_release(repository: Repository) -> None:
    repository.write(OVERLAY)
    repository.write(
        "# file: one/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec: {containers: [{name: c, image: c}]}\n"
    )
    settings = '# file: kubelens.toml\n[[apply-sets]]\npath = "apps/web"\nprofile = "security"\n'
    repository.write(settings)
    files = {line.partition(":")[0] for line in repository.findings()}
    assert files == {"apps/web/web.yaml"}


def test_guessing_can_be_off(repository: Repository) -> None:
    repository.write(CHART)
    repository.write(OVERLAY)
    repository.write('# file: kubelens.toml\nguess-sets = false\n[[apply-sets]]\npath = "apps/web"\n')
    assert [name for name, one in repository.sets().items() if one["origin"] != "folder"] == ["apps/web"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            'path = "charts/web"\npaht = "x"',
            "kubelens.toml:5: unknown setting 'paht' in apply-sets; did you mean 'path'?",
        ),
        ('path = "charts/wbe"', "kubelens.toml:4: apply-sets: 'charts/wbe' is not there"),
        ('path = "../elsewhere"', "kubelens.toml:4: apply-sets: '../elsewhere' leads out of"),
        ('name = "x"', "kubelens.toml:3: an apply set names no path"),
        ('path = "charts/web"\nvalues = "x"', "values takes a list of texts"),
        ('path = "charts/web"\nkubernetes-version = "1.2"', "kubelens.toml:5: Kubernetes '1.2' is not known"),
        ('path = "charts/web"\nprofile = "nice"', "profile 'nice' is unknown"),
    ],
)
def test_mistakes_have_a_place(repository: Repository, written: str, told: str) -> None:
    repository.write(CHART)
    repository.write(f'# file: kubelens.toml\nprofile = "default"\n\n[[apply-sets]]\n{written}\n')
    done = repository.check()
    assert done.exit_code == 2
    assert told in done.stderr
