"""What flags of the control plane, etcd and the kubelet are safe: the CIS Kubernetes Benchmark's sections 1, 2 and 4.

The defaults are those of the components' own command line reference.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

API: Final = "kube-apiserver"
MANAGER: Final = "kube-controller-manager"
SCHEDULER: Final = "kube-scheduler"
ETCD: Final = "etcd"
KUBELET: Final = "kubelet"
COMPONENTS: Final = (API, MANAGER, SCHEDULER, ETCD, KUBELET)


class FlagFact(Struct, frozen=True):
    """What one flag of one component is to be.

    ``want``: ``is`` a value, ``not`` a value, ``never`` written, ``set`` to anything, ``has`` or ``lacks`` an entry of
    a list, ``least`` or ``most`` a number (seconds for durations), ``strong`` cipher suites. ``opens``: the flag as
    written opens a door, whatever the cluster is for. ``asks`` are the peers' checks that ask this of a written flag,
    ``asks_all`` those that ask for the flag to be written as well.
    """

    component: str
    flag: str
    want: str
    value: str = ""
    opens: bool = False
    asks: tuple[str, ...] = ()
    asks_all: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``kube-apiserver/anonymous-auth``, with the entry of a list where it is about one."""
        entry = f"/{self.value}" if self.want in ("has", "lacks") else ""
        return f"{self.component}/{self.flag}{entry}"


def _fact(
    component: str, flag: str, want: str, value: str = "", asks: str = "", asks_all: str = "", *, opens: bool = False
) -> FlagFact:
    return FlagFact(component, flag, want, value, opens, tuple(_ids(asks)), tuple(_ids(asks_all)))


def _ids(text: str) -> list[str]:
    return [
        f"checkov:{word}" if word.startswith("CKV") else f"kubescape:{word}" if word[:2] == "C-" else f"kics:{word}"
        for word in text.split()
    ]


_ANONYMOUS: Final = "anonymous_auth_is_not_set_to_false"
_BIND: Final = "bind_address_not_properly_set"
_CLIENT_CA: Final = "client_certificate_authentication_not_setup_properly"
_ALWAYS_ALLOW: Final = "authorization_mode_set_to_always_allow"
_PROFILING: Final = "profiling_not_set_to_false"
_PLUGINS: Final = "enable-admission-plugins"
_NO_PLUGINS: Final = "disable-admission-plugins"
_CIPHERS: Final = "weak_tls_cipher_suites"
_SERVING: Final = "tls_connection_certificate_not_setup"

FLAGS: Final[tuple[FlagFact, ...]] = (
    _fact(API, "anonymous-auth", "is", "false", f"{_ANONYMOUS} C-0113", "CKV_K8S_68", opens=True),
    _fact(API, "token-auth-file", "never", "", "CKV_K8S_70 token_auth_file_is_set C-0114", opens=True),
    _fact(API, "basic-auth-file", "never", "", "CKV_K8S_69 basic_auth_file_is_set", opens=True),
    _fact(API, "kubelet-https", "not", "false", "CKV_K8S_71 kubelet_https_set_to_false", opens=True),
    _fact(
        API,
        "kubelet-client-certificate",
        "set",
        asks_all="CKV_K8S_72 kubelet_client_certificate_or_key_not_set C-0116",
    ),
    _fact(API, "kubelet-client-key", "set", asks_all="CKV_K8S_72 kubelet_client_certificate_or_key_not_set C-0116"),
    _fact(
        API,
        "kubelet-certificate-authority",
        "set",
        asks_all="CKV_K8S_73 kubelet_certificate_authority_not_set C-0117",
    ),
    _fact(API, "authorization-mode", "lacks", "AlwaysAllow", f"CKV_K8S_74 {_ALWAYS_ALLOW} C-0118", opens=True),
    _fact(API, "authorization-mode", "has", "Node", "", "CKV_K8S_75 authorization_mode_node_not_set C-0119"),
    _fact(
        API, "authorization-mode", "has", "RBAC", "", "CKV_K8S_77 authorization_mode_rbac_not_set C-0120", opens=True
    ),
    _fact(
        API, _PLUGINS, "lacks", "AlwaysAdmit", "CKV_K8S_79 always_admit_admission_control_plugin_set C-0122", opens=True
    ),
    _fact(
        API,
        _PLUGINS,
        "has",
        "EventRateLimit",
        "",
        "event_rate_limit_admission_control_plugin_not_set C-0121",
    ),
    _fact(
        API,
        _PLUGINS,
        "has",
        "AlwaysPullImages",
        "CKV_K8S_80",
        "always_pull_images_admission_control_plugin_not_set C-0123",
    ),
    _fact(
        API,
        _PLUGINS,
        "has",
        "NodeRestriction",
        "CKV_K8S_85",
        "node_restriction_admission_control_plugin_not_set C-0127",
    ),
    _fact(API, _PLUGINS, "has", "ImagePolicyWebhook", "", "image_policy_webhook_admission_control_plugin_not_set"),
    _fact(API, _PLUGINS, "has", "DenyServiceExternalIPs", "", "C-0283"),
    _fact(
        API,
        _NO_PLUGINS,
        "lacks",
        "ServiceAccount",
        "CKV_K8S_82 service_account_admission_control_plugin_disabled C-0125",
        opens=True,
    ),
    _fact(
        API,
        _NO_PLUGINS,
        "lacks",
        "NamespaceLifecycle",
        "CKV_K8S_83 namespace_lifecycle_admission_control_plugin_disabled C-0126",
        opens=True,
    ),
    _fact(API, "secure-port", "not", "0", "CKV_K8S_89 secure_port_set_to_zero C-0128", opens=True),
    _fact(API, "insecure-bind-address", "never", "", "CKV_K8S_86 insecure_bind_address_set", opens=True),
    _fact(API, "insecure-port", "is", "0", "C-0005", "CKV_K8S_88 insecure_port_not_properly_set", opens=True),
    _fact(API, "profiling", "is", "false", "", f"CKV_K8S_90 {_PROFILING} C-0129"),
    _fact(API, "audit-log-path", "set", asks_all="CKV_K8S_91 audit_log_path_not_set C-0130"),
    _fact(API, "audit-log-maxage", "least", "30", "", "CKV_K8S_92 audit_log_maxage_not_properly_set C-0131"),
    _fact(API, "audit-log-maxbackup", "least", "10", "", "CKV_K8S_93 audit_log_maxbackup_not_properly_set C-0132"),
    _fact(API, "audit-log-maxsize", "least", "100", "", "CKV_K8S_94 audit_log_maxsize_not_properly_set C-0133"),
    _fact(API, "audit-policy-file", "set", asks_all="audit_policy_file_not_defined C-0067"),
    _fact(API, "request-timeout", "most", "300", "CKV_K8S_95 request_timeout_not_properly_set C-0134"),
    _fact(
        API,
        "service-account-lookup",
        "is",
        "true",
        "service_account_lookup_set_to_false C-0135",
        "CKV_K8S_96",
        opens=True,
    ),
    _fact(
        API,
        "service-account-key-file",
        "set",
        "",
        "CKV_K8S_97",
        "service_account_key_file_not_properly_set C-0136",
    ),
    _fact(API, "service-account-extend-token-expiration", "is", "false", "", "C-0290"),
    _fact(API, "etcd-certfile", "set", asks_all="CKV_K8S_99 etcd_tls_certificate_not_properly_configured C-0137"),
    _fact(API, "etcd-keyfile", "set", asks_all="CKV_K8S_99 etcd_tls_certificate_not_properly_configured C-0137"),
    _fact(API, "etcd-cafile", "set", asks_all="CKV_K8S_102 etcd_client_certificate_file_not_defined C-0140"),
    _fact(API, "tls-cert-file", "set", asks_all=f"CKV_K8S_100 {_SERVING} C-0138"),
    _fact(API, "tls-private-key-file", "set", asks_all=f"CKV_K8S_100 {_SERVING} C-0138"),
    _fact(API, "client-ca-file", "set", asks_all=f"{_CLIENT_CA} C-0139"),
    _fact(
        API,
        "encryption-provider-config",
        "set",
        asks_all="CKV_K8S_104 encryption_provider_config_is_not_defined C-0141",
    ),
    _fact(API, "tls-cipher-suites", "strong", "", "CKV_K8S_105", f"{_CIPHERS} C-0143 C-0277", opens=True),
    _fact(
        MANAGER,
        "terminated-pod-gc-threshold",
        "least",
        "1",
        "",
        "CKV_K8S_106 terminated_pod_garbage_collector_threshold_not_properly_set C-0144",
    ),
    _fact(MANAGER, "profiling", "is", "false", "", f"CKV_K8S_107 {_PROFILING} C-0145"),
    _fact(
        MANAGER,
        "use-service-account-credentials",
        "is",
        "true",
        "",
        "CKV_K8S_108 use_service_account_credentials_not_set_to_true C-0146",
    ),
    _fact(
        MANAGER,
        "service-account-private-key-file",
        "set",
        "",
        "CKV_K8S_110",
        "service_account_private_key_file_not_defined C-0147",
    ),
    _fact(MANAGER, "root-ca-file", "set", "", "CKV_K8S_111", "root_ca_file_not_defined C-0148"),
    _fact(
        MANAGER,
        "feature-gates",
        "lacks",
        "RotateKubeletServerCertificate=false",
        "CKV_K8S_112 rotate_kubelet_server_certificate_not_active C-0149",
    ),
    _fact(MANAGER, "bind-address", "is", "127.0.0.1", "", f"CKV_K8S_113 {_BIND} C-0150"),
    _fact(SCHEDULER, "profiling", "is", "false", _PROFILING, "CKV_K8S_114 C-0151"),
    _fact(SCHEDULER, "bind-address", "is", "127.0.0.1", "", f"CKV_K8S_115 {_BIND} C-0152"),
    _fact(ETCD, "cert-file", "set", asks_all="CKV_K8S_116 etcd_tls_certificate_files_not_properly_set C-0153"),
    _fact(ETCD, "key-file", "set", asks_all="CKV_K8S_116 etcd_tls_certificate_files_not_properly_set C-0153"),
    _fact(
        ETCD,
        "client-cert-auth",
        "is",
        "true",
        "",
        "CKV_K8S_117 etcd_client_certificate_authentication_set_to_false C-0154",
        opens=True,
    ),
    _fact(ETCD, "auto-tls", "not", "true", "CKV_K8S_118 auto_tls_set_to_true C-0155", opens=True),
    _fact(
        ETCD, "peer-cert-file", "set", asks_all="CKV_K8S_119 etcd_peer_tls_certificate_files_not_properly_set C-0156"
    ),
    _fact(ETCD, "peer-key-file", "set", asks_all="CKV_K8S_119 etcd_peer_tls_certificate_files_not_properly_set C-0156"),
    _fact(
        ETCD,
        "peer-client-cert-auth",
        "is",
        "true",
        "",
        "CKV_K8S_121 etcd_peer_client_certificate_authentication_set_to_false C-0157",
        opens=True,
    ),
    _fact(ETCD, "peer-auto-tls", "not", "true", "CKV_K8S_120 peer_auto_tls_set_to_true C-0158", opens=True),
    _fact(KUBELET, "anonymous-auth", "is", "false", _ANONYMOUS, "CKV_K8S_138", opens=True),
    _fact(KUBELET, "authorization-mode", "lacks", "AlwaysAllow", f"CKV_K8S_139 {_ALWAYS_ALLOW}", opens=True),
    _fact(KUBELET, "client-ca-file", "set", asks=_CLIENT_CA, asks_all="CKV_K8S_140"),
    _fact(
        KUBELET,
        "read-only-port",
        "is",
        "0",
        "kubelet_read_only_port_is_not_set_to_zero",
        "CKV_K8S_141",
        opens=True,
    ),
    _fact(
        KUBELET,
        "streaming-connection-idle-timeout",
        "not",
        "0",
        "CKV_K8S_143 kubelet_streaming_connection_timeout_disabled",
    ),
    _fact(
        KUBELET,
        "protect-kernel-defaults",
        "is",
        "true",
        "kubelet_protect_kernel_defaults_set_to_false",
        "CKV_K8S_144",
    ),
    _fact(KUBELET, "make-iptables-util-chains", "is", "true", "kubelet_not_managing_ip_tables", "CKV_K8S_145"),
    _fact(KUBELET, "hostname-override", "never", "", "CKV_K8S_146 kubelet_hostname_override_is_set"),
    _fact(KUBELET, "event-qps", "most", "5", "CKV_K8S_147 kubelet_event_qps_not_properly_set"),
    _fact(KUBELET, "tls-cert-file", "set", asks=_SERVING, asks_all="CKV_K8S_148"),
    _fact(KUBELET, "tls-private-key-file", "set", asks=_SERVING, asks_all="CKV_K8S_148"),
    _fact(
        KUBELET,
        "rotate-certificates",
        "not",
        "false",
        "CKV_K8S_149 kubelet_client_periodic_certificate_switch_disabled",
    ),
    _fact(
        KUBELET,
        "feature-gates",
        "lacks",
        "RotateKubeletServerCertificate=false",
        "CKV_K8S_112 rotate_kubelet_server_certificate_not_active",
    ),
    _fact(KUBELET, "tls-cipher-suites", "strong", f"CKV_K8S_151 {_CIPHERS}", opens=True),
)

STRONG: Final = frozenset(
    {
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    }
)
"""Cipher suites that have forward secrecy and are authenticated: Go's secure ones without static RSA and CBC."""


def peer_options() -> dict[str, dict[str, list[str]]]:
    """The rule's options by a peer's check: which flags it asks about, and which of them it wants written."""
    found: dict[str, dict[str, list[str]]] = {}
    for fact in FLAGS:
        for peer in (*fact.asks, *fact.asks_all):
            options = found.setdefault(peer, {"flags": [], "unset": []})
            options["flags"].append(fact.key)
            if peer in fact.asks_all:
                options["unset"].append(fact.key)
    return found
