"""Pods and Pod specs, after core ``ValidatePodCreate`` and ``ValidatePodSpec``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.addresses import Check, address_check
from kubelens.predict.apiserver.causes import CauseReason, Path, Report, field_notation
from kubelens.predict.apiserver.formats import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_dns1123_subdomain_with_underscore,
    is_qualified_name,
)
from kubelens.predict.apiserver.metadata import validate_labels, validate_pod_template_metadata
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.pod.affinity import validate_affinity, validate_spread, validate_tolerations
from kubelens.predict.apiserver.pod.annotations import (
    validate_app_armor_agreement,
    validate_pod_annotations,
    validate_seccomp_agreement,
)
from kubelens.predict.apiserver.pod.containers import Surroundings, validate_all
from kubelens.predict.apiserver.pod.host_process import validate_host_process
from kubelens.predict.apiserver.pod.resources import validate_pod_resources, validate_requirements
from kubelens.predict.apiserver.pod.security_context import validate_operating_system, validate_pod_context
from kubelens.predict.apiserver.pod.volumes import validate_volumes

_DNS: Final = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
_RESTART: Final = ("Always", "OnFailure", "Never")
_INT32_MAX: Final = 2**31 - 1
_SLIPS: Final = {"hostPID": "HostPID", "hostIPC": "HostIPC"}


def validate_tokens(spec: dict[str, Any], report: Report) -> None:
    """A Pod without a service account has no token of one."""
    if spec.get("serviceAccountName"):
        return
    for index, volume in enumerate(spec.get("volumes", [])):
        if "projected" in volume:
            for number, source in enumerate(volume["projected"].get("sources", [])):
                if "serviceAccountToken" in source:
                    here = ("spec", "volumes", index, "projected", "sources", number, "serviceAccountToken")
                    report.forbidden(here, "must not be true without a serviceAccountName, whose token it would be")


def validate_template(template: dict[str, Any], report: Report, path: Path, options: Options) -> None:
    """A Pod template."""
    metadata = template.get("metadata", {})
    validate_labels(metadata.get("labels", {}), report, (*path, "labels"))
    validate_pod_template_metadata(metadata, report, path)
    spec = template.get("spec", {})
    annotations = metadata.get("annotations", {})
    validate_pod_annotations(annotations, spec, report, (*path, "annotations"))
    validate_pod_spec(spec, None, report, (*path, "spec"), options)
    validate_seccomp_agreement(annotations, spec, report, (*path, "spec"))
    validate_app_armor_agreement(annotations, spec, report, (*path, "spec"))
    if spec.get("ephemeralContainers"):
        report.forbidden((*path, "spec", "ephemeralContainers"), "must not be set in a template")


def validate_pod_spec(
    spec: dict[str, Any], metadata: dict[str, Any] | None, report: Report, path: Path, options: Options
) -> None:
    """A Pod spec in a Pod, or in a template (``metadata`` None)."""
    volumes = validate_volumes(spec.get("volumes", []), metadata, report, (*path, "volumes"))
    claims = _resource_claims(spec.get("resourceClaims", []), report, (*path, "resourceClaims"))
    around = Surroundings(
        volumes,
        claims,
        spec.get("terminationGracePeriodSeconds"),
        spec.get("restartPolicy", ""),
        bool(spec.get("hostNetwork")),
        spec.get("hostUsers") is not False,
        metadata is not None,
        options,
    )
    is_address = address_check(options)
    validate_all(spec, around, report, path)
    validate_pod_resources(spec, report, path)
    policy = spec.get("restartPolicy", "")
    if not policy:
        report.required((*path, "restartPolicy"))
    elif policy not in _RESTART:
        report.not_supported((*path, "restartPolicy"), policy, _RESTART)
    _dns(spec, options, report, path)
    validate_labels(spec.get("nodeSelector", {}), report, (*path, "nodeSelector"))
    validate_pod_context(spec, report, path)
    _host_users(spec, report, path)
    validate_host_process(spec, report, path)
    labels = None if metadata is None else metadata.get("labels", {})
    validate_affinity(spec.get("affinity"), labels, report, (*path, "affinity"))
    _readiness(spec.get("readinessGates", []), report, (*path, "readinessGates"))
    _gates(spec.get("schedulingGates", []), report, (*path, "schedulingGates"))
    validate_spread(spec.get("topologySpreadConstraints", []), labels, report, (*path, "topologySpreadConstraints"))
    _names(spec, report, path)
    validate_tolerations(spec.get("tolerations", []), report, (*path, "tolerations"))
    _aliases(spec.get("hostAliases", []), is_address, report, (*path, "hostAliases"))
    _numbers(spec, report, path)
    policy = spec.get("preemptionPolicy")
    if policy == "":
        report.required((*path, "preemptionPolicy"))
    elif policy is not None and policy not in ("Never", "PreemptLowerPriority"):
        report.not_supported((*path, "preemptionPolicy"), policy, ("Never", "PreemptLowerPriority"))
    if spec.get("overhead"):
        validate_requirements({"limits": spec["overhead"]}, report, (*path, "overhead"))
    validate_operating_system(spec, report, path)


def _numbers(spec: dict[str, Any], report: Report, path: Path) -> None:
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= _INT32_MAX:
        report.invalid((*path, "activeDeadlineSeconds"), deadline, f"must be between 1 and {_INT32_MAX}")


def _names(spec: dict[str, Any], report: Report, path: Path) -> None:
    for field, check in (
        ("serviceAccountName", is_dns1123_subdomain),
        ("nodeName", is_dns1123_subdomain),
        ("hostname", is_dns1123_label),
        ("subdomain", is_dns1123_label),
        ("priorityClassName", is_dns1123_subdomain),
    ):
        text = spec.get(field, "")
        if text:
            for problem in check(text):
                report.invalid((*path, field), text, problem)
    runtime = spec.get("runtimeClassName")
    if runtime is not None:
        for problem in is_dns1123_subdomain(runtime):
            report.invalid((*path, "runtimeClassName"), runtime, problem)
    override = spec.get("hostnameOverride")
    if override is not None:
        if spec.get("hostNetwork"):
            report.forbidden((*path, "hostnameOverride"), "must not be set on the host's network")
        if spec.get("setHostnameAsFQDN"):
            report.forbidden((*path, "hostnameOverride"), "must not be set beside setHostnameAsFQDN: true")
        for problem in is_dns1123_subdomain(override):
            report.invalid((*path, "hostnameOverride"), override, problem)
        if len(override) > 64:
            report.too_long((*path, "hostnameOverride"), 64)


def _host_users(spec: dict[str, Any], report: Report, path: Path) -> None:
    if spec.get("hostUsers") is not False:
        return
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            report.add(
                (*path, field),
                CauseReason.FORBIDDEN,
                "must not be set with hostUsers: false",
                field_notation((*path, _SLIPS.get(field, field))),
            )
    for name in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(name, [])):
            if container.get("volumeDevices"):
                report.forbidden((*path, name, index, "volumeDevices"), "must not be set with hostUsers: false")


def _dns(spec: dict[str, Any], options: Options, report: Report, path: Path) -> None:
    is_address = address_check(options)
    relaxed = options.has("RelaxedDNSSearchValidation")
    policy = spec.get("dnsPolicy", "")
    if not policy:
        report.required((*path, "dnsPolicy"))
    elif policy not in _DNS:
        report.not_supported((*path, "dnsPolicy"), policy, _DNS)
    config = spec.get("dnsConfig")
    here = (*path, "dnsConfig")
    if policy == "None":
        if config is None:
            report.required(here, "must be given for dnsPolicy None")
            return
        if not config.get("nameservers"):
            report.required((*here, "nameservers"), "must have at least one name server for dnsPolicy None")
            return
    if config is None:
        return
    servers = config.get("nameservers", [])
    if len(servers) > 3:
        report.invalid((*here, "nameservers"), servers, "must have at most 3 name servers")
    for index, server in enumerate(servers):
        for problem in is_address(server):
            report.invalid((*here, "nameservers", index), server, problem)
    searches = config.get("searches", [])
    if len(searches) > 32:
        report.invalid((*here, "searches"), searches, "must have at most 32 search domains")
    if len(" ".join(searches)) > 2048:
        report.invalid((*here, "searches"), searches, "must have at most 2048 characters together")
    is_domain = is_dns1123_subdomain_with_underscore if relaxed else is_dns1123_subdomain
    for index, search in enumerate(searches):
        if search != "." or not relaxed:
            for problem in is_domain(search.removesuffix(".")):
                report.invalid((*here, "searches", index), search, problem)
    for index, option in enumerate(config.get("options", [])):
        if not option.get("name"):
            report.required((*here, "options", index), "must have a name")


def _readiness(gates: list[dict[str, Any]], report: Report, path: Path) -> None:
    for index, gate in enumerate(gates):
        for problem in is_qualified_name(gate.get("conditionType", "")):
            report.invalid((*path, index, "conditionType"), gate.get("conditionType", ""), problem)


def _gates(gates: list[dict[str, Any]], report: Report, path: Path) -> None:
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        name = gate.get("name", "")
        for problem in is_qualified_name(name):
            report.invalid((*path, index), name, problem)
        if name in seen:
            report.duplicate((*path, index), name)
        seen.add(name)


def _aliases(aliases: list[dict[str, Any]], is_address: Check, report: Report, path: Path) -> None:
    for index, alias in enumerate(aliases):
        for problem in is_address(alias.get("ip", "")):
            report.invalid((*path, index, "ip"), alias.get("ip", ""), problem)
        for number, name in enumerate(alias.get("hostnames", [])):
            for problem in is_dns1123_subdomain(name):
                report.invalid((*path, index, "hostnames", number), name, problem)


def _resource_claims(claims: list[dict[str, Any]], report: Report, path: Path) -> frozenset[str]:
    names: set[str] = set()
    for index, claim in enumerate(claims):
        here = (*path, index)
        name = claim.get("name", "")
        if not name:
            report.required((*here, "name"))
        elif name in names:
            report.duplicate((*here, "name"), name)
        else:
            for problem in is_dns1123_label(name):
                report.invalid((*here, "name"), name, problem)
            names.add(name)
        direct, template = claim.get("resourceClaimName"), claim.get("resourceClaimTemplateName")
        if direct is not None and template is not None:
            report.inconsistent(here, "must have one of resourceClaimName and resourceClaimTemplateName")
        elif direct is None and template is None:
            report.inconsistent(here, "must have resourceClaimName or resourceClaimTemplateName")
        for field, text in (("resourceClaimName", direct), ("resourceClaimTemplateName", template)):
            if text is not None:
                for problem in is_dns1123_subdomain(text):
                    report.invalid((*here, field), text, problem)
    return frozenset(names)
