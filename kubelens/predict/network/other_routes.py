"""Objects of other APIs that take requests in, named where they stand among the manifests: they are not modelled."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.first_names import first_names

_GROUPS: Final = {
    "Gateway": ("networking.istio.io",),
    "VirtualService": ("networking.istio.io",),
    "IngressRoute": ("traefik.io", "traefik.containo.us"),
    "IngressRouteTCP": ("traefik.io", "traefik.containo.us"),
    "HTTPProxy": ("projectcontour.io",),
    "Route": ("route.openshift.io",),
    "Mapping": ("getambassador.io",),
    "ApisixRoute": ("apisix.apache.org",),
    "VirtualServer": ("k8s.nginx.org",),
    "TCPIngress": ("configuration.konghq.com",),
}
_MOST_NAMED: Final = 4


class OtherRoutes(Struct, frozen=True):
    """What besides Ingresses and the Gateway API's routes may take a request."""

    def answer(self, ask: Ask) -> Prediction[tuple[Assumption, ...]]:
        """One assumption for each kind."""
        found = []
        for kind, groups in _GROUPS.items():
            there = (r for r in ask.bundle.all(kind) if r.gvk.group in groups)
            names = list(dict.fromkeys(f"{r.namespace}/{r.name}" for r in there))
            if names:
                named = first_names(names, _MOST_NAMED)
                found.append(Assumption(f"{kind} {named} of {groups[0]} takes no part: the kind is not modelled"))
        return Prediction(tuple(found))
