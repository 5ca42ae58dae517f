"""Whether a device fits a CEL selector (dynamic-resource-allocation ``cel/compile.go``, ``DeviceMatches``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.predict.scheduler.devices.device import Device
from kubelens.predict.scheduler.devices.inventory import DeviceInventory
from kubelens.syntax.pattern import pattern

_DOMAIN: Final = pattern(r"""\b(?:attributes|capacity)\s*\[\s*(["'])([^"']*)\1""")


class Unsure(Exception):
    """An expression uses what is not modelled here: what, as a sentence."""


def select(expression: str, device: Device, inventory: DeviceInventory) -> bool | str:
    """The expression's value for a device, or the text of the error that it ends with, as where an attribute is missing.

    Raises:
        Unsure: it depends on what is not modelled.
    """
    key = (expression, device.id)
    if key not in inventory.selected:
        inventory.selected[key] = _evaluate(expression, device)
    return inventory.selected[key]


def _evaluate(expression: str, device: Device) -> bool | str:
    from kubelens.cel.evaluate import CelError, Unmodelled, program  # noqa: PLC0415 - few clusters have devices
    from kubelens.cel.parse import CelSyntaxError  # noqa: PLC0415

    try:
        value = program(expression).evaluate({"device": _variable(expression, device)})
    except CelError as error:
        return str(error)
    except (Unmodelled, CelSyntaxError) as error:
        raise Unsure(f"the selector {expression!r} is not evaluated: {error}") from None
    return value if type(value) is bool else "expression does not evaluate to a boolean"


def _variable(expression: str, device: Device) -> dict[str, Any]:
    """``device`` with every domain that is asked for: one it has nothing of is an empty map."""
    driver = device.id[0]
    asked = {found[2] for found in _DOMAIN.finditer(expression)}
    return {
        "driver": driver,
        "allowMultipleAllocations": device.shared,
        "attributes": _by_domain(driver, asked, {str(k): _attribute(v) for k, v in device.attributes.items()}),
        "capacity": _by_domain(driver, asked, {str(k): _quantity(v) for k, v in device.capacity.items()}),
    }


def _by_domain(driver: str, asked: set[str], values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {domain: {} for domain in asked}
    for name, value in values.items():
        domain, slash, own = name.partition("/")
        if value is not None:
            found.setdefault(domain if slash else driver, {})[own if slash else name] = value
    return found


def _attribute(value: object) -> Any:
    from kubelens.cel.kubernetes import Semver  # noqa: PLC0415 - few clusters have devices
    from kubelens.cel.values import CelError  # noqa: PLC0415

    if not isinstance(value, dict):
        return None
    for key in ("string", "int", "bool"):
        if key in value:
            return value[key]
    try:
        return Semver(fields.text(value, "version")) if "version" in value else None
    except CelError:
        return None


def _quantity(value: object) -> Any:
    from kubelens.cel.kubernetes import Quantity  # noqa: PLC0415 - few clusters have devices
    from kubelens.kube.quantity import read_quantity  # noqa: PLC0415

    amount = read_quantity(value.get("value") if isinstance(value, dict) else value)
    return Quantity(amount) if amount is not None else None
