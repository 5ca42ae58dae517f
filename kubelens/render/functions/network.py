"""Host names: Helm asks nobody unless it is told to (``--enable-dns``)."""

from __future__ import annotations

from kubelens.render.functions.family import Family

NETWORK = Family()


@NETWORK.function("getHostByName", takes=("string",))
def get_host_by_name(_name: str) -> str:
    """No address."""
    return ""
