"""What a server's own settings decide about admission."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.gates import has


class Options(Struct, frozen=True):
    """Settings of an API server: its release, its Service networks, and the ports it gives out.

    ``service_ranges``: one CIDR, or two of different families on a dual-stack cluster.
    """

    release: str = "1.36"
    service_ranges: tuple[str, ...] = ("10.96.0.0/16",)
    node_port_range: tuple[int, int] = (30000, 32767)

    def has(self, feature: str) -> bool:
        """Whether the server has a feature gate on, or a change of validation (``tools/facts/gates.toml``)."""
        return has(feature, self.release)


DEFAULT = Options()
