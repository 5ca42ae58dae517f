"""``CutByRange``: from which Pod of a StatefulSet on a LimitRange refuses the claims that come before it."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.plugins import limit_ranger
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.surroundings import admission_of


class Cut(Struct, frozen=True):
    """``pods`` come into being, and none after them; ``why``: the server's sentence about the claim of the next."""

    pods: int
    why: str


class CutByRange(Struct, frozen=True):
    """How many Pods of a StatefulSet come into being where claims of the first are there and those of others refused?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[Cut | None]:
        """None where no claim is refused, and where that of the first is: then no Pod is let in at all."""
        stored = self.resource
        if stored.kind != "StatefulSet" or stored.partial:
            return Prediction(None)
        templates = [template for _, template in fields.items(stored.spec, "volumeClaimTemplates")]
        items = limit_ranger.items_of(admission_of(stored, ask).objects) if templates else []
        made = ask(Admitted(stored)).answer.made if items else None
        refused = [
            (one, refusal) for one in templates if (refusal := limit_ranger.refused_claim(one, items)) is not None
        ]
        for count, number in enumerate(made.numbers if made is not None and refused else ()):
            for template, refusal in refused:
                name = f"{fields.text(fields.mapping(template, 'metadata'), 'name')}-{stored.name}-{number}"
                if ask.bundle.get("PersistentVolumeClaim", stored.namespace, name) is None:
                    return Prediction(Cut(count, f"claim {name} is forbidden: {refusal.why}") if count else None)
        return Prediction(None)
