"""Custom resources that nothing declares are held against the schemas that come along, which decide no behaviour."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.check import command
from kubelens.kube.catalog import as_of, cataloged_groups, cataloged_kinds
from kubelens.kube.definitions import Standing
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.testing import bundle_from_text

ROOT = Path(__file__).parents[2]
CERTIFICATE = """\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec:
  secretName: shop-tls
  issuerRef: {name: public}
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps
  sourceRef: {kind: GitRepository, name: fleet}
"""
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: certificates.cert-manager.io}
spec:
  group: cert-manager.io
  scope: Namespaced
  names: {kind: Certificate, plural: certificates, singular: certificate, listKind: CertificateList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""


def check(folder: Path, text: str, *arguments: str) -> str:
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    options = ["--output", "concise", "--isolated", *arguments, str(folder)]
    return CliRunner().invoke(command, options).output


def test_a_misspelt_field_is_told_with_the_group_version_and_month(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CERTIFICATE.replace("secretName", "secretNames"), encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "json", "--isolated", str(tmp_path)]).output
    first, second = json.loads(out)["findings"]
    assert {first["rule"], second["rule"]} == {"custom-resource-schema"}
    assert "spec.secretName: a value is required" in first["message"] + second["message"]
    assert "unknown field 'secretNames'; did you mean 'secretName'?" in first["message"] + second["message"]
    assert "cert-manager.io/v1" in first["message"]
    assert as_of() in str(first)
    assert first["severity"] == "warning"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("issuerRef: public", "spec.issuerRef: "),
        ("issuerRef: {name: public}\n  privateKey: {algorithm: rsa}", "must be one of RSA"),
        ("issuerRef: {name: public}\n  dnsNames: shop.example", "must be array"),
        ("issuerRef: {name: public}\n  subject: {countries: {de: {}}}", "must be array"),
    ],
)
def test_values_are_held_against_the_schema(tmp_path: Path, written: str, told: str) -> None:
    out = check(tmp_path, CERTIFICATE.replace("issuerRef: {name: public}", written))
    assert "custom-resource-schema" in out
    assert told in out


@pytest.mark.parametrize(
    "written", ["rotateEvery: 30d", "privateKey: {algorithm: MLDSA}", "keystores: {pem: {create: true}}"]
)
def test_what_a_newer_release_may_have_is_told_by_the_strict_profile_alone(tmp_path: Path, written: str) -> None:
    text = f"{CERTIFICATE}  {written}\n"
    assert "nothing to report" in check(tmp_path, text)
    assert "info[custom-field-unknown]" in check(tmp_path, text, "--profile", "strict")


def test_a_version_that_does_not_come_along_decides_nothing_and_is_counted(tmp_path: Path) -> None:
    out = check(tmp_path, CERTIFICATE.replace("cert-manager.io/v1", "cert-manager.io/v9").replace("secretName", "x"))
    assert "nothing to report" in out
    assert "1 custom resource without a definition" in out


def test_what_nothing_declares_is_counted(tmp_path: Path) -> None:
    out = check(tmp_path, CERTIFICATE.replace("cert-manager.io", "nobody.example"))
    assert "1 custom resource without a definition" in out
    assert "without a definition" not in check(tmp_path, CERTIFICATE)


def test_kinds_that_nothing_declares_are_named_with_how_many_there_are(tmp_path: Path) -> None:
    first = CERTIFICATE.replace("cert-manager.io", "nobody.example")
    second = first.replace("name: shop}", "name: stall}")
    text = f"{first}\n---\n{second}\n---\n{CERTIFICATE}"
    assert "Certificate of nobody.example/v1: 2 objects without a definition" in check(tmp_path, text, "--show-files")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    out = CliRunner().invoke(command, ["--output", "json", "--isolated", str(tmp_path)]).output
    told = json.loads(out)["without_definition"]
    assert told == [{"apiVersion": "nobody.example/v1", "kind": "Certificate", "objects": 2}]


def test_a_definition_of_the_manifests_comes_first(tmp_path: Path) -> None:
    wrong = CERTIFICATE.replace("secretName: shop-tls", "secretNames: [shop-tls]")
    assert "custom-resource-schema" in check(tmp_path, wrong)
    assert "nothing to report" in check(tmp_path, f"{wrong}---\n{DEFINITION}")


def test_two_different_definitions_of_the_manifests_leave_nothing_to_go_by(tmp_path: Path) -> None:
    wrong = CERTIFICATE.replace("secretName: shop-tls", "secretNames: [shop-tls]")
    other = DEFINITION.replace("x-kubernetes-preserve-unknown-fields: true", "properties: {secretName: {type: string}}")
    assert "secretNames" not in check(tmp_path, f"{wrong}---\n{DEFINITION}---\n{other}")


def test_what_a_patch_of_flux_may_write_is_not_missed(tmp_path: Path) -> None:
    assert "spec.interval: a value is required" in check(tmp_path, FLUX)
    patched = FLUX.replace("apps", "cluster") + "  interval: 1h\n  prune: true\n  patches: [{patch: '{}'}]\n"
    assert "a value is required" not in check(tmp_path, f"{FLUX}---\n{patched}")


def test_what_was_read_from_a_cluster_need_not_be_whole(tmp_path: Path) -> None:
    assert "a value is required" not in check(tmp_path, f"{FLUX}status: {{observedGeneration: 1}}\n")


def test_a_cluster_scoped_kind_needs_no_namespace(tmp_path: Path) -> None:
    issuer = "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {name: public}\nspec: {selfSigned: {}}\n"
    assert "nothing to report" in check(tmp_path, issuer)


ROUTE = """\
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop, namespace: shop, creationTimestamp: null}
spec:
  to: {kind: Service, name: shop, weight: 100}
  port: {targetPort: 8080}
  tls: null
"""


def test_a_kind_that_openshift_has_built_in_is_decoded(tmp_path: Path) -> None:
    assert "nothing to report" in check(tmp_path, ROUTE)
    wrong = check(tmp_path, ROUTE.replace("weight: 100", "weight: all"))
    assert "spec.to.weight: must be integer" in wrong
    assert "unknown field" in check(tmp_path, ROUTE.replace("targetPort", "targetPorts"))


def test_what_is_merged_into_what_is_there_need_not_be_whole(tmp_path: Path) -> None:
    text = CERTIFICATE.replace("  issuerRef: {name: public}\n", "")
    assert "spec.issuerRef: a value is required" in check(tmp_path, text)
    merged = text.replace(
        "{name: shop}", "{name: shop, annotations: {argocd.argoproj.io/sync-options: ServerSideApply=true}}"
    )
    assert "nothing to report" in check(tmp_path, merged)


@pytest.mark.parametrize(
    ("version", "kind"),
    [("k3d.io/v1alpha5", "Simple"), ("pipecd.dev/v1beta1", "KubernetesApp"), ("kind.x-k8s.io/v1alpha4", "Cluster"), ("argoproj.io/v1alpha1", "ConfigManagementPlugin")],
)  # fmt: skip
def test_what_a_program_reads_itself_is_no_object(tmp_path: Path, version: str, kind: str) -> None:
    text = f"{CERTIFICATE}---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: Not_a_name}}\n"
    assert "1 object in 1 file: nothing to report" in check(tmp_path, text)


def test_no_behaviour_hangs_on_it() -> None:
    bundle = bundle_from_text(CERTIFICATE.replace("secretName", "secretNames"))
    (one,) = bundle
    assert one.definition is not None
    assert one.definition.standing is Standing.CATALOGED
    assert Oracle(bundle)(AdmissionOf(one)).answer is None


def test_every_group_reads() -> None:
    groups = sorted(cataloged_groups())
    assert len(groups) > 400
    kinds = [
        (group, kind, version)
        for group in groups
        for kind, found in cataloged_kinds(group).items()
        for version in found
    ]
    assert len(kinds) > 2_500
    assert ("argoproj.io", "Application", "v1alpha1") in kinds
    assert ("route.openshift.io", "Route", "v1") in kinds
    assert ("networking.istio.io", "VirtualService", "v1") in kinds
    assert ("tekton.dev", "Pipeline", "v1") in kinds
    assert ("monitoring.coreos.com", "ServiceMonitor", "v1") in kinds


def test_equal_parts_are_read_once() -> None:
    kinds = cataloged_kinds("monitoring.coreos.com")
    prometheus, agent = (
        kinds[kind][version]["properties"]["spec"]["properties"]["affinity"]
        for kind, version in (("Prometheus", "v1"), ("PrometheusAgent", "v1alpha1"))
    )
    assert prometheus is agent


def test_nothing_is_read_where_no_custom_resource_is_met() -> None:
    program = (
        "import sys, kubelens.cli.check, kubelens.engine.run\n"
        "from kubelens.testing import bundle_from_text\n"
        "bundle_from_text('apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a}\\n')\n"
        "from kubelens.kube.catalog import cataloged_groups\n"
        "assert cataloged_groups.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


@pytest.mark.parametrize(("privileged", "told"), [("true", False), ("often", True)])
def test_what_a_server_of_their_own_fills_in_is_not_missing(tmp_path: Path, privileged: str, told: bool) -> None:
    """OpenShift's API server writes the lists that SecurityContextConstraints leave out, though its schema asks for them."""
    text = (
        "apiVersion: security.openshift.io/v1\nkind: SecurityContextConstraints\nmetadata: {name: loose}\n"
        f"allowPrivilegedContainer: {privileged}\n"
    )
    assert ("custom-resource-schema" in check(tmp_path, text)) == told
