"""What is taken for granted where Pods are let in: objects that admission asks for and that are not among the files."""

from __future__ import annotations

from collections.abc import Iterable

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.pods_of import PodsOf
from kubelens.predict.chain.standing import StandingPodsOf


def taken_to_let_in(ask: Ask, resources: Iterable[Resource]) -> tuple[Assumption, ...]:
    """Of the Pods that workloads are yet to bring, each once; how many these are is another question.

    Pods that stand among the manifests were let in.
    """
    found: dict[Assumption, None] = {}
    for resource in resources:
        if (resource.kind, resource.name) not in ask(StandingPodsOf(resource.namespace)).answer:
            of_scale = ask(PodsOf(resource)).assumptions
            found |= dict.fromkeys(one for one in ask(Admitted(resource)).assumptions if one not in of_scale)
    return tuple(found)
