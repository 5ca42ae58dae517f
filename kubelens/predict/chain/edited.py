"""``Edited``: an object that takes the place of another, as it reaches the API server's validation."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.applied import as_applied, merged_into
from kubelens.predict.chain.mutation import Mutation, MutationOf


class Edited(Struct, frozen=True):
    """What does an edit of ``old`` to ``resource`` send, and what do mutating policies for updates make of it?"""

    resource: Resource
    old: Resource

    def answer(self, ask: Ask) -> Prediction[Mutation]:
        """What a cluster holds is merged with; so is what policies changed when the old object came (``kubectl apply``)."""
        resource, release = self.resource, ask.bundle.release
        if self.old is resource.standing:
            resource = as_applied(resource, release)
        else:
            held = ask(MutationOf(self.old)).answer
            if held.by:
                resource = merged_into(resource, held.resource, self.old.value, release)
        return ask(MutationOf(resource, before_edit(resource, self.old, ask)))


def before_edit(resource: Resource, old: Resource, ask: Ask) -> Resource:
    """The old object as the server took it, mutating policies and all; one that a cluster holds is that already."""
    return old if old is resource.standing else ask(MutationOf(old)).answer.resource
