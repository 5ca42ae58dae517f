"""Plans as text, Markdown, HTML and JSON: whole, escaped, and within the bounds of those who show them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kubelens.kube.bundle import Bundle
from kubelens.plan.consequence import kinds
from kubelens.plan.plan import SetPlan, plan_of
from kubelens.report.plan_html import plan_html
from kubelens.report.plan_json import plan_data
from kubelens.report.plan_markdown import MARKER, plan_markdown
from kubelens.report.plan_text import plan_lines
from kubelens.testing import bundle_from_text
from tests.plan.test_changes import CASES, WORLD, bundle, changed

VOID = {"meta", "br"}


def plan(*names: str, drawn: bool = False) -> list[SetPlan]:
    found = []
    for name in names:
        (case,) = (case for _, case in CASES if case["name"] == name)
        before = changed(WORLD, case.get("before"))
        found.append(plan_of(name, bundle(before), bundle(changed(before, case.get("after"))), drawn=drawn))
    return found


def many(count: int) -> SetPlan:
    one = "apiVersion: v1\nkind: Service\nmetadata: {name: s%d}\nspec: {selector: {app: a}, ports: [{port: %d}]}\n"
    old = "---\n".join(one % (number, 80) for number in range(count))
    new = "---\n".join(one % (number, 81 + number) for number in range(count))
    return plan_of("many", bundle_from_text(old), bundle_from_text(new))


class Balanced(HTMLParser):
    """Fails where an element is closed that is not the last one opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_text_says_what_is_done_and_what_follows() -> None:
    text = "\n".join(plan_lines(plan("a new image", "the same verbs in another order")))
    assert text.startswith("2 apply sets change\n")
    assert "    ~ Deployment shop/web  containers[main].image shop/web:1 -> shop/web:2" in text
    assert "[rollout]" in text
    assert text.endswith("1 restart")


def test_values_of_secrets_are_not_shown() -> None:
    plans = plan("a Secret by key")
    everything = [
        "\n".join(plan_lines(plans)),
        plan_markdown(plans),
        plan_html(plans),
        json.dumps(plan_data(plans, str)),
    ]
    for text in everything:
        assert "(not shown)" in text.replace("\\", "")
        assert "b25l" not in text
        assert "dHdv" not in text


def test_credentials_are_shown_of_no_object_and_what_stands_beside_them_is() -> None:
    key = "    -----BEGIN PRIVATE KEY-----\\n    %s\\n    -----END PRIVATE KEY-----\\n"
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seal}\ndata:\n  one: |\n"
        + key.replace("\\n", "\n")
        + "  two: '%s'\n"
        "  three: |\n" + key.replace("\\n", "\n") + "    level: %s\n"
    )
    token = "ghp_" + "a1B2" * 9
    before = bundle_from_text(config % ("MIIold", f"user {token}", "MIIold", "low"))
    plans = [plan_of("set", before, bundle_from_text(config % ("MIInew", "user none", "MIInew", "high")))]
    everything = [
        "\n".join(plan_lines(plans)),
        plan_markdown(plans),
        plan_html(plans),
        json.dumps(plan_data(plans, str)),
    ]
    for text in everything:
        assert "MII" not in text
        assert token not in text
        assert "high" in text
    assert "data.one changes (not shown)" in everything[0]
    assert "data.two user (not shown) -> user none" in everything[0]


def test_fields_of_a_refused_object_are_those_that_are_written() -> None:
    config = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent, labels: {tier: %s}}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: main, image: a}]}}}\n"
    (line, *_) = (
        text
        for text in plan_lines([plan_of("set", bundle_from_text(config % "low"), bundle_from_text(config % "true"))])
        if text.startswith("    ~")
    )
    assert line.split("agent")[1].strip() == "metadata.labels.tier low -> true"


def test_text_that_becomes_a_truth_value_is_told_apart_by_its_quotes() -> None:
    text = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\nspec: {shown: %s}\n"
    told = plan_of("set", bundle_from_text(text % '"true"'), bundle_from_text(text % "true"))
    assert 'shown "true" -> true' in "\n".join(plan_lines([told]))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            'store:\n  host: "a"\n  # where\n  path: x/y\n',
            "store:\n  host: a\n  path: z/y\n",
            "-3 +2 lines: store.path x/y -> z/y",
        ),
        ('store:\n  host: "a"\n', "store:\n  # what is asked\n  host: a\n", "-1 +2 lines, the same values"),
        ('{"a": [1, 2],\n "b": true}\n', '{"a": [1, 3],\n "b": true}\n', "-1 +1 lines: a [1, 2] -> [1, 3]"),
        ("run\ngo {{ x }}\n", "run\nstop {{ x }}\n", "-1 +1 lines: - go {{ x }} + stop {{ x }}"),
        (f"a: {'[' * 900}{']' * 900}\nb: 1\n", f"a: {'[' * 900}{']' * 900}\nb: 2\n", "-1 +1 lines: - b: 1 + b: 2"),
        ("a: 1\n---\nb: 1\n", "a: 1\n---\nb: 2\n", "-1 +1 lines: - b: 1 + b: 2"),
    ],
)
def test_files_of_configuration_are_told_by_their_values(before: str, after: str, told: str) -> None:
    def holding(text: str) -> str:
        return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"file": text}})

    plan = plan_of("set", bundle_from_text(holding(before)), bundle_from_text(holding(after)))
    (line,) = (line for line in plan_lines([plan]) if "ConfigMap" in line)
    assert line.endswith(f"data.file {told}")


def test_an_object_that_is_called_otherwise_says_what_else_differs() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {serviceAccountName: %s, containers: [{name: a, image: 'a:%d'}]}\n"
    old = bundle_from_text(text % ("lamp", "lamp", 1))
    (line, *_) = (
        one for one in plan_lines([plan_of("set", old, bundle_from_text(text % ("bulb", "bulb", 2)))]) if "+" in one
    )
    assert line.endswith("+ Pod default/bulb  instead of default/lamp: containers[a].image a:1 -> a:2")
    (line, *_) = (
        one for one in plan_lines([plan_of("set", old, bundle_from_text(text % ("bulb", "bulb", 1)))]) if "+" in one
    )
    assert line.endswith("+ Pod default/bulb")


def test_custom_resources_of_which_nothing_is_told_are_counted_beside_what_is() -> None:
    widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\nspec: {size: %d}\n"
    plans = [plan_of("set", bundle_from_text(widget % 1), bundle_from_text(widget % 2)), *plan("a new image")]
    assert list(plan_lines(plans))[-1] == "1 restart; what controllers make of 1 custom resource is theirs"
    assert list(plan_lines(plans[1:]))[-1] == "1 restart"
    added = plan_of("set", bundle_from_text("apiVersion: v1\nkind: List\nitems: []\n"), bundle_from_text(widget % 1))
    assert (
        list(plan_lines([added, *plans[1:]]))[-1] == "1 restart; what controllers make of 1 custom resource is theirs"
    )


def test_nodes_that_are_taken_are_told() -> None:
    text = "\n".join(plan_lines(plan("a port of the host")))
    assert "the nodes are not known: 3 are taken" in text


def test_a_plan_without_a_change_says_so() -> None:
    same = [plan_of("shop", bundle(WORLD), bundle(WORLD))]
    assert list(plan_lines(same)) == ["nothing changes for the server in 1 apply set"]
    assert plan_data(same, str) == {
        "version": 1,
        "danger": "none",
        "sets": [
            {
                "name": "shop",
                "whole": True,
                "missing": [],
                "known": True,
                "unrendered": "",
                "files": [],
                "danger": "none",
                "changes": [],
                "consequences": [],
            }
        ],
    }


def test_markdown_stays_below_the_hosts_limit_and_says_what_it_left_out() -> None:
    text = plan_markdown([many(2000), *plan("a new image")])
    assert text.startswith(MARKER)
    assert len(text) <= 65_000
    assert "left out here" in text
    assert "left out" not in plan_markdown(plan("a new image"))


def test_the_page_is_well_formed_and_runs_nothing() -> None:
    for plans in (plan("a new image", "a Service that an Ingress names", drawn=True), [many(60)], []):
        text = plan_html(plans)
        page = Balanced()
        page.feed(text)
        assert page.open == []
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "<script" not in text
        identities = [value for name, value in page.attributes if name == "id"]
        assert len(identities) == len(set(identities))
        assert "default-src 'none'" in text.replace("&#x27;", "'")
        for start in range(text.count("<svg")):
            piece = text.split("<svg")[start + 1].split("</svg>")[0]
            ET.fromstring(f"<svg{piece}</svg>")


def test_equal_rollouts_are_drawn_once_with_all_their_names() -> None:
    one = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: %s}\nspec: {selector: {matchLabels: "
        "{app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: main, image: 'a:%s'}]}}}\n"
    )
    old, new = ("---\n".join(one % (space, tag) for space in ("blue", "green")) for tag in (1, 2))
    text = plan_html([plan_of("set", bundle_from_text(old), bundle_from_text(new), drawn=True)])
    assert text.count("Deployment web: done after") == 2, "title and label of one drawing"
    assert "<figcaption>Deployment blue/web, green/web</figcaption>" in text


def test_what_a_manifest_says_stays_text() -> None:
    old = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: "1"}\n'
    new = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: "<img src=x onerror=alert(1)> @all `x` \\u001b[31m"}\n'
    plans = [plan_of("<b>set</b>", bundle_from_text(old), bundle_from_text(new))]
    page = Balanced()
    page.feed(plan_html(plans))
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    markdown = plan_markdown(plans)
    assert "\x1b" not in markdown
    bare = re.sub(r"\\.", "", markdown)
    assert "<img" not in bare
    assert "@all" not in bare
    assert "<b>" not in bare


def test_the_page_of_plans_lists_every_kind_of_consequence() -> None:
    page = (Path(__file__).parents[2] / "docs" / "plan.md").read_text(encoding="utf-8")
    listed = [line for line in page.splitlines() if line.startswith("| `")]
    kept = sorted(kinds().values(), key=lambda kind: -kind.danger)
    assert listed == [f"| `{kind.name}` | {kind.danger} | {kind.says} |" for kind in kept]


def test_objects_of_which_only_the_same_labels_differ_are_told_together() -> None:
    kinds = {"ServiceAccount": "", "ConfigMap": 'data: {a: "%s"}', "Service": "spec: {ports: [{port: 80}]}"}

    def manifests(version: str, value: str) -> str:
        return "---\n".join(
            f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}, labels: {{version: {version!r}}}}}\n{rest.replace('%s', value)}\n"
            for kind, rest in kinds.items()
            for name in ("one", "two")
        )

    plan = plan_of("set", bundle_from_text(manifests("1.0", "x")), bundle_from_text(manifests("1.1", "x")))
    text = "\n".join(plan_lines([plan]))
    assert "~ 6 objects  metadata.labels.version 1.0 -> 1.1" in text
    assert "ServiceAccount default/two" in text
    plan = plan_of("set", bundle_from_text(manifests("1.0", "x")), bundle_from_text(manifests("1.1", "y")))
    text = "\n".join(plan_lines([plan]))
    assert "~ 4 objects  " in text
    assert "data.a x -> y" in text
    assert " objects" not in "\n".join(plan_lines([plan], fields=1_000))


def test_objects_whose_names_the_server_makes_are_told_apart() -> None:
    job = {"apiVersion": "batch/v1", "kind": "Job", "spec": {"template": {"spec": {"restartPolicy": "Never"}}}}
    pod = job["spec"]["template"]["spec"]  # type: ignore[index]
    pod["containers"] = [{"name": "main", "image": "shop/page:1"}]
    hook = {"argocd.argoproj.io/hook": "Sync"}
    jobs = [
        {**job, "metadata": {"generateName": name, "namespace": "shop", "annotations": hook}}
        for name in ("page-up-", "page-down-")
    ]
    lines = list(plan_lines([plan_of("shop", bundle([]), bundle(jobs))]))
    assert [line.strip() for line in lines if "Job" in line] == ["+ Job shop/page-up-*", "+ Job shop/page-down-*"]
    assert sum("runs with this release (Sync)" in line for line in lines) == len(jobs)
    gone = list(plan_lines([plan_of("shop", bundle(jobs), bundle(jobs[1:]))]))
    assert gone[0].startswith("nothing changes")


def test_schemas_of_definitions_are_told_in_a_few_words() -> None:
    lines = list(plan_lines(plan("a definition gets one more field", "a field of a definition goes")))
    assert any("versions[v1].schema +1 field (spec.glow)" in line for line in lines)
    assert any("versions[v1].schema -1 field (spec.tint)" in line for line in lines)
    assert any("v1 takes less than before: spec.tint is gone" in line for line in lines)
    words = {
        "edit": {
            "CustomResourceDefinition/lamps.example.com": {"spec/versions/0/schema/openAPIV3Schema/description": "A."}
        }
    }
    told = plan_of("lamps", bundle(WORLD), bundle(changed(WORLD, words)))
    assert any("versions[v1].schema says the same in other descriptions" in line for line in plan_lines([told]))
    assert any("openAPIV3Schema.description" in line for line in plan_lines([told], fields=1000))


def test_other_defaults_of_a_definition_are_told_with_their_values() -> None:
    def definition(*rules: str) -> Bundle:
        properties = ", ".join(
            f"{name}: {{{rule}}}" for name, rule in zip(("shards", "mode", "hot"), rules, strict=True)
        )
        return bundle_from_text(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: lamps.example.com}\n"
            "spec: {group: example.com, scope: Namespaced, names: {kind: Lamp, plural: lamps}, versions: [{name: v1, served: true, "
            "storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: "
            f"{{{properties}}}}}}}}}}}}}]}}\n"
        )

    old = definition("type: integer", "type: string, default: dim", "type: boolean, default: true")
    new = definition("type: integer, default: 1", "type: string, default: bright", "type: boolean")
    lines = list(plan_lines([plan_of("lamps", old, new)]))
    said = 'versions[v1].schema other defaults (spec.shards: 1, spec.mode: "bright", spec.hot: none)'
    assert any(said in line for line in lines)
    assert not any("takes less" in line or "other rule" in line or "descriptions" in line for line in lines)


def test_the_order_of_deletion_names_the_waves_that_objects_say() -> None:
    lines = list(plan_lines(plan("what goes has three waves")))
    (told,) = (line for line in lines if "Argo CD deletes" in line)
    assert told.index("two (wave 2)") < told.index("one (wave 0)") < told.index("three (wave -3)")
    assert any("last (PruneLast)" in line for line in plan_lines(plan("one of what goes is deleted last")))


def test_the_verdict_counts_what_is_deleted() -> None:
    one = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: 'a:1'}]}}}\n"
    other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: env}\ndata: {a: b}\n"
    old, new = bundle_from_text(one, other), bundle_from_text(other)
    said = "nothing else that restarts, breaks or opens anything"
    assert list(plan_lines([plan_of("gone", old, new)]))[-1] == f"1 object removed, {said}"
    stays = list(plan_lines([plan_of("stays", old, new, kept="what applies the set does not prune")]))[-1]
    assert stays == "nothing that restarts, breaks or opens anything"


def test_of_many_workloads_that_are_cut_off_the_first_are_named() -> None:
    def world(*more: str) -> str:
        one = "apiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: shop, labels: {app: p%d}}\nspec: {containers: [{name: main, image: 'shop/p:1', ports: [{containerPort: 80}]}]}\n"
        return "---\n".join([*(one % (number, number) for number in range(9)), *more])

    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: one, namespace: shop}\nspec: {podSelector: {matchLabels: {app: p0}}, ingress: [{from: [{podSelector: {matchLabels: {app: p%d}}}]}]}\n"
    told = plan_of("shop", bundle_from_text(world()), bundle_from_text(world(policy % 4)))
    (text,) = (one.text for one in told.consequences if one.kind.name == "connection-lost")
    assert text.startswith(
        "not reached any more by shop/p1[Pod], shop/p2[Pod], shop/p3[Pod] and 4 more workloads (TCP 80)"
    )
    assert text.endswith("the outside (TCP 80); still by shop/p4[Pod]")
    gone = plan_of("shop", bundle_from_text(world()), bundle_from_text(world(policy % 20)))
    assert any(one.text.endswith("still by nobody among the manifests") for one in gone.consequences)
