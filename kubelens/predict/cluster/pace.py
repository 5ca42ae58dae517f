"""How fast the kubelets of a virtual cluster are, in ticks, by the image of a Pod's first container (``*``: all others)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.predict.controllers.ticks.pace import EVERY

Table = Mapping[str, int | None]


class KubeletPace(Struct, frozen=True):
    """Ticks from a Pod's binding until it is Ready, has succeeded or has failed, and from its deletion until it is gone.

    None: never. What no table names is Ready, and gone, after one tick, and does not end.
    """

    ready_after: Table = field(default_factory=dict)
    terminate_after: Table = field(default_factory=dict)
    succeed_after: Table = field(default_factory=dict)
    fail_after: Table = field(default_factory=dict)

    def ready(self, image: str) -> int | None:
        """Ticks until Ready."""
        return _entry(self.ready_after, image, 1)

    def gone(self, image: str) -> int | None:
        """Ticks until a deleted Pod is gone."""
        return _entry(self.terminate_after, image, 1)

    def succeeded(self, image: str) -> int | None:
        """Ticks until it ends well."""
        return _entry(self.succeed_after, image, None)

    def failed(self, image: str) -> int | None:
        """Ticks until it fails."""
        return _entry(self.fail_after, image, None)

    def changed(self, change: KubeletPace) -> KubeletPace:
        """With new entries."""
        return replace(
            self,
            ready_after={**self.ready_after, **change.ready_after},
            terminate_after={**self.terminate_after, **change.terminate_after},
            succeed_after={**self.succeed_after, **change.succeed_after},
            fail_after={**self.fail_after, **change.fail_after},
        )


def _entry(table: Table, image: str, default: int | None) -> int | None:
    return table[image] if image in table else table.get(EVERY, default)
