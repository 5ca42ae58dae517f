"""Which roles take over the rules of others."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.controllers.role_aggregation import AggregatedBy
from kubelens.testing import bundle_from_text

ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: lamps, labels: {{{labels}}}}}
rules: []
"""
TEAM = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: team, labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: team}}]}
rules: []
"""
OWN_VIEW = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: view}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: viewers}}]}
rules: []
"""
TO = "rbac.authorization.k8s.io/aggregate-to-"


@pytest.mark.parametrize(
    ("labels", "others", "takers"),
    [
        ("", (), ()),
        (f'{TO}view: "true"', (), ("view", "edit", "admin")),
        (f'{TO}edit: "true"', (), ("edit", "admin")),
        (f'{TO}admin: "true"', (), ("admin",)),
        (f'{TO}view: "false"', (), ()),
        ("to: team", (TEAM,), ("team", "edit", "admin")),
        ("to: nobody", (TEAM,), ()),
        (f'{TO}view: "true"', (OWN_VIEW,), ()),
        ("to: viewers", (OWN_VIEW,), ("view",)),
    ],
)
def test_who_takes_over(labels: str, others: tuple[str, ...], takers: tuple[str, ...]) -> None:
    bundle = bundle_from_text(ROLE.format(labels=labels), *others)
    (role,) = (one for one in bundle if one.name == "lamps")
    assert Oracle(bundle)(AggregatedBy(role)).answer == takers
