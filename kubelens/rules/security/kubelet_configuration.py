"""A kubelet's configuration opens its port, or lets it work without certificates.

Who reaches an open kubelet runs commands in every Pod of its node and reads their Secrets. The options widen this to
all that the CIS benchmark asks for, and to fields that are not written.

Bad:

```yaml
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 10255  # expect: readOnlyPort
```

Good:

```yaml
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous:
    enabled: false
authorization:
  mode: Webhook
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._control_plane import STRONG

_SAFE: Final[Mapping[str, Callable[[Any], bool]]] = {
    "authentication.anonymous.enabled": lambda value: value is False,
    "authorization.mode": lambda value: value != "AlwaysAllow",
    "readOnlyPort": lambda value: value == 0,
    "authentication.x509.clientCAFile": lambda value: isinstance(value, str) and value.endswith((".crt", ".pem")),
    "eventRecordQPS": lambda value: value == 0,
    "featureGates.RotateKubeletServerCertificate": lambda value: value is not False,
    "makeIPTablesUtilChains": lambda value: value is not False,
    "protectKernelDefaults": lambda value: value is True,
    "rotateCertificates": lambda value: value is True,
    "streamingConnectionIdleTimeout": lambda value: str(value) not in ("0", "0s"),
    "tlsCertFile": bool,
    "tlsCipherSuites": lambda value: isinstance(value, list) and all(suite in STRONG for suite in value),
    "tlsPrivateKeyFile": bool,
}
"""Fields and what a safe value is."""
_OPENS: Final = [*list(_SAFE)[:3]]


@rule(
    on="KubeletConfiguration",
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option("fields", _OPENS, "fields that are looked at"),
        Option("unset", [], "those of the fields that are reported where they are not written, too"),
    ),
    aliases=(
        "kics:anonymous_auth_is_not_set_to_false",
        "kics:authorization_mode_set_to_always_allow",
        "kics:client_certificate_authentication_not_setup_properly",
        "kics:kubelet_client_periodic_certificate_switch_disabled",
        "kics:kubelet_event_qps_not_properly_set",
        "kics:kubelet_not_managing_ip_tables",
        "kics:kubelet_protect_kernel_defaults_set_to_false",
        "kics:kubelet_read_only_port_is_not_set_to_zero",
        "kics:kubelet_streaming_connection_timeout_disabled",
        "kics:rotate_kubelet_server_certificate_not_active",
        "kics:tls_connection_certificate_not_setup",
        "kics:weak_tls_cipher_suites",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field."""
    for name in ctx.options["fields"]:
        path = name.split(".")
        value: Any = resource.value
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            if name in ctx.options["unset"]:
                yield ctx.finding(f"the kubelet's configuration does not say {name}", at=resource.place.at("kind"))
        elif name in _SAFE and not _SAFE[name](value):
            yield ctx.finding(f"the kubelet's configuration sets {name} to {value}", at=resource.place.at(*path))
