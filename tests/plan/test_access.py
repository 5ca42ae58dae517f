"""Who gains and who loses what: each permission told once, and by how much it is narrowed."""

from __future__ import annotations

from kubelens.plan.plan import plan_of
from kubelens.testing import bundle_from_text

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: lamp, namespace: hall}
rules: [%s]
---
"""
BOUND = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: %s, namespace: hall}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: lamp}
subjects: [%s]
---
"""
KEEPER = "{kind: ServiceAccount, name: keeper, namespace: hall}"
EVERYBODY = "{kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:serviceaccounts:hall'}"
CONFIGS = "{apiGroups: [''], resources: [configmaps], verbs: [get]}"


def told(before: str, after: str) -> dict[str, str]:
    plan = plan_of("set", bundle_from_text(before), bundle_from_text(after))
    return {
        f"{one.kind.name} {one.about}": one.text for one in plan.consequences if one.kind.name.startswith("access-")
    }


def test_narrowed_from_every_group_says_what_is_kept() -> None:
    rule = "{apiGroups: [%s], resources: [services], verbs: [create, get]}"
    assert told(
        ROLE % (rule % "'*'") + BOUND % ("keeper", KEEPER), ROLE % (rule % "''") + BOUND % ("keeper", KEEPER)
    ) == {
        "access-lost ServiceAccount hall/keeper": "loses: create, get services of every group in hall"
        " (keeps create, get services in hall)"
    }


def test_narrowed_to_some_verbs_says_which_are_kept() -> None:
    rule = "{apiGroups: [''], resources: [pods], verbs: [%s]}"
    assert told(
        ROLE % (rule % "'*'") + BOUND % ("keeper", KEEPER), ROLE % (rule % "get, list") + BOUND % ("keeper", KEEPER)
    ) == {"access-lost ServiceAccount hall/keeper": "loses: * pods in hall (keeps get, list pods in hall)"}


def test_what_comes_by_a_group_is_said_of_the_group_alone() -> None:
    pods = ROLE.replace("lamp", "pods") % "{apiGroups: [''], resources: [pods], verbs: [get]}"
    own = BOUND.replace("name: lamp", "name: pods") % ("keeper", KEEPER)
    group = ROLE % CONFIGS + BOUND % ("everybody", EVERYBODY)
    assert told(pods + own, pods + own + group) == {
        "access-gained Group system:serviceaccounts:hall": "gains: get configmaps in hall"
    }
    assert told(pods + own + group, pods + own) == {
        "access-lost Group system:serviceaccounts:hall": "loses: get configmaps in hall"
    }


def test_what_an_account_gains_beyond_its_group_is_said_of_the_account() -> None:
    own = BOUND % ("keeper", KEEPER)
    wide = "{apiGroups: [''], resources: [configmaps, secrets], verbs: [get]}"
    before = ROLE % CONFIGS + BOUND % ("everybody", EVERYBODY)
    after = before + ROLE.replace("lamp", "wide") % wide + own.replace("name: lamp", "name: wide")
    assert told(before, after) == {"access-gained ServiceAccount hall/keeper": "gains: get secrets in hall"}
