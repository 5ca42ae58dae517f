"""PersistentVolumes, claims and storage classes, after core and storage ``validation.go``."""

from __future__ import annotations

from posixpath import normpath
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report, field_notation
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.resources import validate_quantity
from kubelens.predict.apiserver.validation.selectors import validate_label_selector, validate_node_selector
from kubelens.predict.apiserver.validation.volume_sources import SOURCES, validate_shared_source

_MODES: Final = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_RECLAIM: Final = ("Delete", "Recycle", "Retain")
_VOLUME_MODES: Final = ("Block", "Filesystem")


def _access_modes(modes: list[str], report: Report, path: Path) -> None:
    single = others = False
    for mode in modes:
        if mode == "ReadWriteOncePod":
            single = True
        elif mode in _MODES:
            others = True
        else:
            report.not_supported(path, mode, _MODES)
    if single and others:
        report.forbidden(path, "ReadWriteOncePod stands alone")


def validate_persistent_volume(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PersistentVolume."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    _volume(spec, report, path)
    iscsi, name = spec.get("iscsi") or {}, obj.get("metadata", {}).get("name", "")
    if "initiatorName" in iscsi and len(f"{name}:{iscsi.get('targetPortal', '')}".encode()) > 64:
        report.add(
            (*path, "iscsi", "targetPortal"),
            CauseReason.INVALID,
            "with the volume's name it is longer than 63 characters, too long for an initiatorName",
            "spec.iscsi.targetportal",
        )


def _volume(spec: dict[str, Any], report: Report, path: Path) -> None:
    modes = spec.get("accessModes", [])
    if not modes:
        report.required((*path, "accessModes"))
    _access_modes(modes, report, (*path, "accessModes"))
    capacity = spec.get("capacity", {})
    if not capacity:
        report.required((*path, "capacity"))
    if "storage" not in capacity or len(capacity) > 1:
        report.not_supported((*path, "capacity"), dict(capacity), ("storage",))
    policy = spec.get("persistentVolumeReclaimPolicy", "")
    if policy and policy not in _RECLAIM:
        report.not_supported((*path, "persistentVolumeReclaimPolicy"), policy, _RECLAIM)
    for name, value in capacity.items():
        here = (*path, "capacity", MapKey(name))
        found = read_quantity(value)
        if found is not None and found.nanos <= 0:
            report.invalid(here, str(value), "is not above 0")
    _source(spec, report, path)
    affinity = spec.get("nodeAffinity")
    if affinity is not None:
        if affinity.get("required") is None:
            report.required((*path, "nodeAffinity", "required"))
        else:
            validate_node_selector(affinity["required"], report, (*path, "nodeAffinity", "required"))
    folder = spec.get("hostPath", {}).get("path", "")
    if policy == "Recycle" and folder.startswith("/") and normpath(folder).strip("/") == "":
        report.forbidden((*path, "persistentVolumeReclaimPolicy"), "the root of a host is not recycled")
    _class_and_mode(spec, report, path)
    attributes = spec.get("volumeAttributesClassName")
    if attributes is not None:
        if not attributes:
            report.required((*path, "volumeAttributesClassName"))
        for problem in is_dns1123_subdomain(attributes) if attributes else []:
            report.invalid((*path, "volumeAttributesClassName"), attributes, problem)
        if "csi" not in spec:
            report.required((*path, "csi"), "volumeAttributesClassName goes with a CSI volume")


def validate_inline_volume(spec: dict[str, Any], report: Report, path: Path) -> None:
    """A volume's spec in a VolumeAttachment: a CSI source, and little beside it."""
    for field in ("claimRef", "capacity", "nodeAffinity", "storageClassName"):
        if spec.get(field) or (field in ("claimRef", "nodeAffinity") and field in spec):
            report.forbidden((*path, field), "not set in an inline volume")
    if "csi" not in spec:
        report.required((*path, "csi"), "an inline volume is a CSI volume")
    modes = spec.get("accessModes", [])
    if not modes:
        report.required((*path, "accessModes"))
    _access_modes(modes, report, (*path, "accessModes"))
    if spec.get("persistentVolumeReclaimPolicy", "") not in ("", "Retain"):
        report.forbidden((*path, "persistentVolumeReclaimPolicy"), "is Retain in an inline volume")
    _source(spec, report, path)
    if spec.get("volumeMode", "Filesystem") != "Filesystem":
        report.forbidden((*path, "volumeMode"), "is Filesystem in an inline volume")


def _source(spec: dict[str, Any], report: Report, path: Path) -> None:
    count = 0
    for name in SOURCES:
        if name not in spec:
            continue
        count += 1
        if count > 1 and name != "flexVolume":
            field = field_notation((*path, "cephFS" if name == "cephfs" else name))
            report.add((*path, name), CauseReason.FORBIDDEN, "one source only", field)
            continue
        if name == "local":
            text = spec["local"].get("path", "")
            if not text:
                report.required((*path, "local", "path"))
            elif ".." in text.split("/"):
                report.invalid((*path, "local", "path"), text, "must not hold '..'")
            if spec.get("nodeAffinity") is None:
                report.required((*path, "nodeAffinity"), "a local volume says which nodes have it")
        else:
            validate_shared_source(name, spec[name], report, (*path, name), in_pod=False)
    if count == 0:
        report.required(path, "a volume names its source")


def _class_and_mode(spec: dict[str, Any], report: Report, path: Path) -> None:
    name = spec.get("storageClassName", "")
    if name:
        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, "storageClassName"), name, problem)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in _VOLUME_MODES:
        report.not_supported((*path, "volumeMode"), mode, _VOLUME_MODES)


def validate_claim(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PersistentVolumeClaim."""
    validate_claim_spec(obj.get("spec", {}), report, ("spec",))


def validate_claim_spec(spec: dict[str, Any], report: Report, path: Path) -> None:
    """A claim's spec, in a claim or a template."""
    modes = spec.get("accessModes", [])
    if not modes:
        report.required((*path, "accessModes"), "at least one access mode is needed")
    validate_label_selector(spec.get("selector"), report, (*path, "selector"))
    _access_modes(modes, report, (*path, "accessModes"))
    resources = spec.get("resources", {})
    storage = resources.get("requests", {}).get("storage")
    if storage is None:
        report.required((*path, "resources", MapKey("storage")))
    else:
        validate_quantity("storage", storage, report, (*path, "resources", MapKey("storage")))
        found = read_quantity(storage)
        if found is not None and found.nanos == 0:
            report.invalid((*path, "resources", MapKey("storage")), str(storage), "is not above 0")
    _class_and_mode(spec, report, path)
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None:
        _data_source(source, report, (*path, "dataSource"))
    if reference is not None:
        _data_source(reference, report, (*path, "dataSourceRef"))
        namespace = reference.get("namespace")
        if namespace:
            for problem in is_dns1123_label(namespace):
                report.invalid((*path, "dataSourceRef", "namespace"), namespace, problem)
    if (reference or {}).get("namespace"):
        if source is not None:
            report.invalid(path, "", "dataSource cannot be set beside a dataSourceRef of another namespace")
    elif source is not None and reference is not None:
        if any(source.get(field) != reference.get(field) for field in ("apiGroup", "kind", "name")):
            report.invalid(path, "", "dataSource and dataSourceRef differ")
    attributes = spec.get("volumeAttributesClassName")
    if attributes:
        for problem in is_dns1123_subdomain(attributes):
            report.invalid((*path, "volumeAttributesClassName"), attributes, problem)


def _data_source(source: dict[str, Any], report: Report, path: Path) -> None:
    if not source.get("name"):
        report.required((*path, "name"))
    kind, group = source.get("kind", ""), source.get("apiGroup") or ""
    if not kind:
        report.required((*path, "kind"))
    if not group and kind != "PersistentVolumeClaim":
        report.invalid(path, kind, "of the core group only a PersistentVolumeClaim")
    if group:
        for problem in is_dns1123_subdomain(group):
            report.invalid((*path, "apiGroup"), group, problem)


def validate_persistent_volume_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """The source, the mode and (once set) the node affinity stay."""
    validate_persistent_volume(new, report, options)
    spec, before = dict(new.get("spec", {})), old.get("spec", {})
    csi = spec.get("csi")
    if csi is not None and "csi" in before and "controllerExpandSecretRef" not in before["csi"]:
        spec["csi"] = {key: value for key, value in csi.items() if key != "controllerExpandSecretRef"}
    if {k: v for k, v in spec.items() if k in SOURCES} != {k: v for k, v in before.items() if k in SOURCES}:
        report.forbidden(("spec", "persistentvolumesource"), "the source cannot be changed")
    if spec.get("volumeMode") != before.get("volumeMode"):
        report.add(("spec", "volumeMode"), CauseReason.INVALID, "cannot be changed", "volumeMode")
    if before.get("nodeAffinity") is not None and spec.get("nodeAffinity") != before.get("nodeAffinity"):
        report.add(("spec", "nodeAffinity"), CauseReason.INVALID, "cannot be changed", "nodeAffinity")
    if "volumeAttributesClassName" in before and "volumeAttributesClassName" not in spec:
        report.forbidden(("spec", "volumeAttributesClassName"), "cannot be taken away")


_OLD_CLASS: Final = "volume.beta.kubernetes.io/storage-class"


def validate_claim_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Only more storage and another attributes class can be asked for, of a claim that is bound."""
    validate_claim(new, report, options)
    spec, before = dict(new.get("spec", {})), dict(old.get("spec", {}))
    status = old.get("status", {})
    _carry_class(new, old, spec, before, report)
    if not before.get("volumeName") and spec.get("volumeName"):
        before["volumeName"] = spec["volumeName"]
    field = "volumeAttributesClassName"
    had, wanted = before.get(field), spec.get(field)
    amounts = [_storage(one) for one in (spec, before)]
    if status.get("phase") == "Bound":
        spec["resources"], before["resources"] = (_without_storage(one) for one in (spec, before))
        if wanted is not None:
            spec.pop(field)
            before.pop(field, None)
    if spec != before:
        report.forbidden(
            ("spec",), "only resources.requests and volumeAttributesClassName of a bound claim can be changed"
        )
    if amounts[0] < amounts[1] and amounts[0] <= _nanos(status.get("capacity", {}).get("storage", "0")):
        report.forbidden(("spec", "resources", "requests", "storage"), "cannot be less than there is")
    if spec.get("volumeMode") != before.get("volumeMode"):
        report.add(("spec", "volumeMode"), CauseReason.INVALID, "cannot be changed", "volumeMode")
    if had is not None and not wanted:
        report.forbidden(("spec", field), "cannot be taken away")


def _carry_class(
    new: dict[str, Any], old: dict[str, Any], spec: dict[str, Any], before: dict[str, Any], report: Report
) -> None:
    """A class may be set where there was none; it may move from the old annotation to the field."""
    mine, theirs = (one.get("metadata", {}).get("annotations", {}).get(_OLD_CLASS) for one in (new, old))
    unset = "storageClassName" not in before and "storageClassName" in spec
    if unset and theirs is not None and spec["storageClassName"] == theirs and mine in (None, theirs):
        before["storageClassName"] = theirs
        return
    if (mine or "") != (theirs or ""):
        report.add(
            ("metadata", "annotations", MapKey(_OLD_CLASS)),
            CauseReason.INVALID,
            "cannot be changed",
            f"metadata.annotations.{_OLD_CLASS}",
        )
    if unset and theirs is None:
        before["storageClassName"] = spec["storageClassName"]


def _without_storage(spec: dict[str, Any]) -> dict[str, Any]:
    resources = spec.get("resources", {})
    requests = {name: value for name, value in resources.get("requests", {}).items() if name != "storage"}
    return {**resources, "requests": requests}


def _storage(spec: dict[str, Any]) -> int:
    return _nanos(spec.get("resources", {}).get("requests", {}).get("storage", "0"))


def _nanos(value: Any) -> int:
    found = read_quantity(value)
    return 0 if found is None else found.nanos


def validate_storage_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A StorageClass."""
    provisioner = obj.get("provisioner", "")
    if not provisioner:
        report.required(("provisioner",))
    else:
        for problem in is_qualified_name(provisioner.lower()):
            report.invalid(("provisioner",), provisioner, problem)
    parameters = obj.get("parameters", {})
    validate_parameters(parameters, report)
    policy = obj.get("reclaimPolicy")
    if policy and policy not in ("Delete", "Retain"):
        report.not_supported(("reclaimPolicy",), policy, ("Delete", "Retain"))
    mode = obj.get("volumeBindingMode")
    if mode is None:
        report.required(("volumeBindingMode",))
    elif mode not in ("Immediate", "WaitForFirstConsumer"):
        report.not_supported(("volumeBindingMode",), mode, ("Immediate", "WaitForFirstConsumer"))
    _topologies(obj.get("allowedTopologies", []), report, ("allowedTopologies",))


def validate_parameters(parameters: dict[str, str], report: Report) -> None:
    """Parameters of a storage or attributes class: how many, their keys, their size together."""
    if len(parameters) > 512:
        report.too_long(("parameters",), 512)
        return
    if "" in parameters:
        report.invalid(("parameters",), "", "a key is empty")
    if sum(len(k.encode()) + len(v.encode()) for k, v in parameters.items()) > 256 * 1024:
        report.too_long(("parameters",), 256 * 1024)


def _topologies(terms: list[dict[str, Any]], report: Report, path: Path) -> None:
    seen: list[Any] = []
    for index, term in enumerate(terms):
        here = (*path, index)
        keys: set[str] = set()
        entries: dict[str, frozenset[str]] = {}
        for number, requirement in enumerate(term.get("matchLabelExpressions", [])):
            inner = (*here, "matchLabelExpressions", number)
            values = requirement.get("values", [])
            if not values:
                report.required((*inner, "values"))
            known: set[str] = set()
            for position, value in enumerate(values):
                if value in known:
                    report.duplicate((*inner, "values", position), value)
                known.add(value)
            key = requirement.get("key", "")
            for problem in is_qualified_name(key):
                report.invalid((*inner, "key"), key, problem)
            if key in keys:
                report.add((*inner, "key"), CauseReason.DUPLICATE, f"{key!r} is there twice")
            keys.add(key)
            entries[key] = frozenset(values)
        if entries in seen or not entries:
            report.duplicate((*here, "matchLabelExpressions"), "")
        seen.append(entries)


def validate_storage_class_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Parameters, provisioner, reclaim policy and binding mode stay."""
    validate_storage_class(new, report, options)
    if new.get("parameters", {}) != old.get("parameters", {}):
        report.forbidden(("parameters",), "cannot be changed")
    if new.get("provisioner") != old.get("provisioner"):
        report.forbidden(("provisioner",), "cannot be changed")
    if new.get("reclaimPolicy") != old.get("reclaimPolicy"):
        report.forbidden(("reclaimPolicy",), "cannot be changed")
    if new.get("volumeBindingMode") != old.get("volumeBindingMode"):
        report.invalid(("volumeBindingMode",), new.get("volumeBindingMode"), "cannot be changed")
