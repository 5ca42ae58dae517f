"""Every function that the registry names exists."""

from __future__ import annotations

import pytest

from kubelens.predict.apiserver import registry

ENTRIES = {
    **{"/".join(k): e for k, e in registry.KINDS.items()},
    **{"/".join(k): e for k, e in registry._VERSIONED.items()},
}
NAMED = sorted(
    {
        (package, name)
        for entry in ENTRIES.values()
        for package, name in (
            ("defaults", entry.default),
            ("validation", entry.validate),
            ("validation", entry.update),
            ("warnings", entry.warn),
        )
        if name
    }
)


@pytest.mark.parametrize(("package", "name"), NAMED)
def test_functions_exist(package: str, name: str) -> None:
    assert callable(registry.function(package, name))
