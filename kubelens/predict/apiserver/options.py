"""What a server's own settings decide about admission."""

from __future__ import annotations

from msgspec import Struct


class Options(Struct, frozen=True):
    """Settings of an API server: its release, its Service networks, and the ports it gives out.

    ``service_ranges``: one CIDR, or two of different families on a dual-stack cluster.
    """

    release: str = "1.36"
    service_ranges: tuple[str, ...] = ("10.96.0.0/16",)
    node_port_range: tuple[int, int] = (30000, 32767)

    def since(self, release: str) -> bool:
        """Whether the server is of this release (``"1.35"``) or a later one."""
        return _numbers(self.release) >= _numbers(release)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdigit())


DEFAULT = Options()
