"""Where an unknown field belongs: a level of what is written, not another kind of volume."""

from __future__ import annotations

import pytest

from kubelens.rules.schema.unknown_field import check
from kubelens.testing import findings_of


@pytest.mark.parametrize(
    ("volume", "told"),
    [
        ("storageos: {volumeName: data, pool: default}", "unknown field 'pool' in spec.volumes.storageos"),
        (
            "emptyDir: {volumeAttributes: {}}, csi: {driver: d}",
            "unknown field 'volumeAttributes' in spec.volumes.emptyDir; it belongs below spec.volumes[].csi",
        ),
    ],
)
def test_a_sibling_that_is_not_written_is_no_home(volume: str, told: str) -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: 'nginx:1.27'}]\n"
        f"  volumes: [{{name: data, {volume}}}]\n"
    )
    (found,) = findings_of(check, text)
    assert found.message.endswith(told)
    assert (found.fix is None) == ("belongs" not in told)


def test_a_level_up_that_is_not_written_is_a_home() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n"
        "  containers: [{name: web, image: 'nginx:1.27', securityContext: {fsGroup: 3}}]\n"
    )
    (found,) = findings_of(check, text)
    assert found.message.endswith("it belongs below spec.securityContext")


def test_a_field_beside_a_spec_that_is_not_there_has_a_home() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\ncontainers: [{name: web, image: 'nginx:1.27'}]\n"
    assert [one.message.rpartition("; ")[2] for one in findings_of(check, text)] == ["it belongs below spec"]
