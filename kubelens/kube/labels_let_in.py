"""The labels and ports of Pods as admission leaves them, where policies among the manifests change those of templates.

What a selector matches are the labels of the Pods that are stored. A MutatingAdmissionPolicy for new Pods may give them
others than their template has. What it makes of them is asked of whoever knows the API server: see :func:`answered_by`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from weakref import WeakKeyDictionary

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.reads import EVERYTHING
from kubelens.kube.resource import Resource

_BINDING: Final = "MutatingAdmissionPolicyBinding"


class LabelsLetIn(Struct, frozen=True, eq=False):
    """The labels of an object's Pods once they are stored; ``open``: a policy may change them in a way not known here.

    ``ports``: those of containers by name, where they are others than the template has.
    """

    labels: Mapping[str, str]
    open: bool = False
    ports: Mapping[str, object] = MappingProxyType({})


Given = Mapping[Resource, LabelsLetIn]
NONE_GIVEN: Final[Given] = MappingProxyType({})
_ANSWERS: Final[list[Callable[[Bundle], Given]]] = []
_KNOWN: Final[WeakKeyDictionary[Bundle, Given]] = WeakKeyDictionary()


def answered_by(answer: Callable[[Bundle], Given]) -> None:
    """Say who knows what policies make of the labels of Pods."""
    _ANSWERS[:] = [answer]


def labels_let_in(bundle: Bundle) -> Given:
    """The objects whose Pods have other labels than their template, or may have; nothing where no policy is bound."""
    if not bundle.all(_BINDING):
        return NONE_GIVEN
    bundle.note(EVERYTHING)
    found = _KNOWN.get(bundle)
    if found is None:
        _KNOWN[bundle] = NONE_GIVEN  # policies are asked about Pods as their templates are
        with bundle.unread():
            found = _KNOWN[bundle] = _ANSWERS[0](bundle) if _ANSWERS else NONE_GIVEN
    return found
