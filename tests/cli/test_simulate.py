"""``kubelens simulate`` and ``kubelens test``: scenarios with a name and scenarios in files."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.predict.cluster import world
from kubelens.predict.cluster.ready_made import READY_MADE

EXAMPLES = Path(__file__).parents[2] / "examples" / "scenarios"
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "web:1", resources: {requests: {cpu: 500m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [*words, "--isolated"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    (tmp_path / "web.yaml").write_text(WEB)
    return tmp_path


def test_every_example_holds() -> None:
    code, output = run("test", str(EXAMPLES), "--format", "json")
    tested = json.loads(output)["scenarios"]
    assert [one["name"] for one in tested if not one["holds"]] == []
    assert code == 0
    assert len(tested) == len(list(EXAMPLES.glob("*.yaml")))


@pytest.mark.parametrize("name", list(READY_MADE))
def test_ready_made_scenarios_need_no_file(name: str, manifests: Path) -> None:
    code, output = run("simulate", name, str(manifests))
    assert "at rest after" in output
    assert "no-disruption" in output
    assert code == (1 if "BROKEN" in output else 0)


def test_the_same_seed_gives_the_same_run(manifests: Path) -> None:
    words = ("simulate", "drain-all", str(manifests), "--seed", "7", "--format", "json")
    assert run(*words) == run(*words)


def test_the_cluster_of_a_set_is_the_one_that_is_played(tmp_path: Path) -> None:
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod" / "web.yaml").write_text(WEB)
    (tmp_path / "kubelens.toml").write_text(
        'cluster = {nodes = "2x4cpu,8Gi", zones = "a,b"}\n'
        '[[apply-sets]]\npath = "prod"\nname = "prod"\ncluster = {nodes = "5x4cpu,8Gi", zones = "a,b"}\n'
    )
    played = CliRunner().invoke(cli, ["simulate", "drain-all", str(tmp_path), "--in", "prod", "--format", "json"])
    assert len(json.loads(played.output)["states"][0]["nodes"]) == 5
    unnamed = CliRunner().invoke(cli, ["simulate", "drain-all", str(tmp_path), "--format", "json"])
    assert len(json.loads(unnamed.output)["states"][0]["nodes"]) == 2


def test_states_are_data(manifests: Path) -> None:
    _, output = run("simulate", "rollout", str(manifests), "--format", "json")
    data = json.loads(output)
    seconds = [state["second"] for state in data["states"]]
    assert seconds == sorted(set(seconds))
    assert data["states"][0]["services"]["default/web"]["ready"] == 2
    assert any(e["reason"] == "ScalingReplicaSet" for state in data["states"] for e in state["events"])
    assert data["holds"] is True
    assert data["assumptions"]


def test_a_broken_promise_ends_with_1_and_says_when(manifests: Path) -> None:
    (manifests / "never-down.yaml").write_text(
        "scenario: never below two\n"
        "world: [web.yaml]\n"
        "events: [{at: 0, delete: Deployment web}]\n"
        "promises: [{min-ready: {service: web, count: 2}}]\n"
    )
    code, output = run("test", str(manifests))
    assert code == 1
    assert "FAILED  never below two" in output
    assert "at 0:10" in output
    assert "has 0 ready endpoints" in output
    _, xml = run("test", str(manifests), "--format", "junit")
    assert Xml.fromstring(xml).find("testsuite/testcase/failure") is not None  # noqa: S314 - our own text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenario: a\nevents: [{at: 0, drain: nowhere}]\n", "node 'nowhere' is not there"),
        ("scenario: a\nevents: [{at: 0, rollout: Deployment api}]\n", "'Deployment api' is not among the manifests"),
        ("scenario: a\nevents: [{at: 0, explode: node-a}]\n", "explode"),
        ("scenario: a\nevents: [{at: 0}]\n", "says what happens"),
        ("scenario: a\npromises: [{name: a promise}]\n", "says what has to hold"),
        ("scenario: a\npromises: [min-ready: {service: shop/api, count: 1}]\n", "'Service shop/api' is not among"),
        ("scenario: a\npromises: [max-pods: {target: Deployment api, count: 1}]\n", "'Deployment api' is not among"),
        ("scenario: a\npromises: [max-pods: {target: Service web, count: 1}]\n", "has no Pods of its own"),
        ("scenario: a\nevents: [{at: 0, load: {workload: api, cpu: 100}}]\n", "there is none of that name"),
        ("scenario: a\nevents: [{at: 0, load: {workload: Deployment api, cpu: 1}}]\n", "'Deployment api' is not among"),
        (
            "scenario: a\nevents: [{at: 0, image: {target: Deployment web, container: app, image: a}}]\n",
            "has not container 'app': there is main",
        ),
        ("scenario: a\nevents: [{at: 0, image: {target: Service web, image: a}}]\n", "has not a container"),
        ("scenario: a\npromises: [{always: 'pods.('}]\n", "no condition"),
        ("scenario: a\nplay: nothing\n", "none of upgrade-nodes"),
        ("scenario: a\nworld: [../../../etc]\n", "leads out of"),
    ],
)
def test_a_scenario_that_cannot_be_played_says_why(text: str, said: str, manifests: Path) -> None:
    (manifests / "scenario.yaml").write_text(text)
    code, output = run("test", str(manifests))
    assert code == 1
    assert said in output


@pytest.mark.parametrize(
    ("replicas", "event", "said"),
    [
        (90_000_000, "", "more than 20000 Pods at a time are not played"),
        (1, "events: [{at: 0, scale: {target: Deployment web, replicas: 90000000}}]", "more than 20000 Pods"),
        (1, "lasts: 90000000000\ntick: 1", "longer is not played"),
        (1, "cluster: {nodes: ['15000x4cpu,8Gi', '15000x4cpu,8Gi']}", "more than 20000 nodes are not made up"),
        (1, f"cluster: {{nodes: [{'9' * 5000}x4cpu]}}", "describes no nodes"),
    ],
)
def test_how_much_is_played_has_an_end(
    replicas: int, event: str, said: str, manifests: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "MOST_WORK", 300_000)
    (manifests / "web.yaml").write_text(WEB.replace("replicas: 2", f"replicas: {replicas}"))
    (manifests / "scenario.yaml").write_text(f"scenario: a\nworld: [web.yaml]\n{event}\n")
    for words in (["test"], ["simulate"]):
        code, output = run(*words, str(manifests / "scenario.yaml"))
        assert code == (1 if words == ["test"] else 2)
        assert said in output
        assert len(output) < 1000


JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: many}
spec:
  parallelism: 2147483647
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "many:1"}]}}
"""
FULL = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: few}
spec: {hard: {pods: "3"}}
---
"""


@pytest.mark.parametrize("spec", ["", "  completions: 2147483647\n"])
def test_a_job_of_two_thousand_million_pods_is_not_played(spec: str, tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(JOB + spec)
    code, output = run("simulate", "rollout", str(tmp_path))
    assert (code, "more than 20000 Pods at a time are not played" in output) == (2, True)


def test_a_job_tries_no_more_pods_after_a_batch_that_is_refused(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(FULL + JOB)
    code, output = run("simulate", "rollout", str(tmp_path))
    assert code in (0, 1), output
    assert "exceeded quota: few" in output


def test_no_scenario_ends_with_2(manifests: Path) -> None:
    assert run("test", str(manifests))[0] == 2
    assert run("simulate", "no-such-thing", str(manifests))[0] == 2


def test_a_cluster_s_own_pods_are_not_doubled(manifests: Path) -> None:
    standing = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web-abc-1
      namespace: default
      labels: {app: web}
      ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-abc, uid: u, controller: true}]
    spec: {nodeName: node-a, containers: [{name: main, image: "web:1"}]}
    """
    (manifests / "pod.yaml").write_text(standing)
    _, output = run("simulate", "rollout", str(manifests), "--format", "json")
    assert len(json.loads(output)["states"][0]["pods"]) == 2


def test_what_is_not_played_is_said(manifests: Path) -> None:
    canary = WEB.split("---")[0].replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
    (manifests / "canary.yaml").write_text(canary.replace("name: web", "name: canary"))
    _, output = run("simulate", "rollout", str(manifests))
    assert "canary' is not played: its controller is not modelled" in output


def test_cron_jobs_say_which_time_it_is(manifests: Path) -> None:
    cron = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\n"
        "spec: {schedule: '0 0 * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: "
        "[{name: main, image: 'work:1'}]}}}}}\n"
    )
    (manifests / "cron.yaml").write_text(cron)
    _, output = run("simulate", "rollout", str(manifests))
    assert "it is Monday 2026-01-05 00:00 UTC at the start" in output


ROUTED = """
scenario: is the shop answered
cluster: {nodes: ["2x4cpu,16Gi"], zones: [a, b]}
pace: {images: [{image: "web:bad", ready: never}]}
events:
- {at: 0, scale: {target: Deployment web, replicas: 3}}
- EVENT
promises:
- route-answers: https://shop.example/cart
- connects: {from: front, to: "web:80"}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: front}}}]}]
---
"""
BROKEN_BY = {
    "{at: 50, image: {target: Deployment web, image: 'web:2'}}": set(),
    "{at: 50, patch: {target: Deployment web, patch: {spec: {strategy: {type: Recreate, rollingUpdate: null}, template: "
    "{spec: {containers: [{name: main, image: 'web:bad'}]}}}}}}": {"route", "connects"},
    "{at: 50, delete: Ingress shop}": {"route"},
    "{at: 50, patch: {target: NetworkPolicy web, patch: {spec: {ingress: []}}}}": {"connects"},
}


@pytest.mark.parametrize("event", list(BROKEN_BY))
def test_requests_are_answered_and_connections_let_through(event: str, tmp_path: Path) -> None:
    front = WEB.split("---")[0].replace("name: web", "name: front").replace("app: web", "app: front")
    path = tmp_path / "routed.yaml"
    path.write_text(ROUTED.replace("EVENT", event) + WEB + "---" + front)
    code, output = run("simulate", str(path), "--format", "json")
    named = {"https://shop.example/cart is answered": "route", "front reaches web:80": "connects"}
    promises = json.loads(output)["runs"][0]["promises"]
    assert {named[p["name"]] for p in promises if not p["holds"]} == BROKEN_BY[event]
    assert code == bool(BROKEN_BY[event])


def test_steps_that_a_break_does_not_need_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "routed.yaml"
    routed = "".join(line for line in ROUTED.splitlines(keepends=True) if "connects" not in line)
    path.write_text(routed.replace("EVENT", "{at: 50, delete: Ingress shop}") + WEB)
    _, output = run("simulate", str(path), "--runs", "3")
    assert "already by: Ingress shop is deleted" in output
    assert "is answered (never holds): at 1:00" in output


def test_the_runner_names_the_events_that_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "routed.yaml"
    routed = "".join(line for line in ROUTED.splitlines(keepends=True) if "connects" not in line)
    path.write_text(routed.replace("EVENT", "{at: 50, delete: Ingress shop}") + WEB)
    _, output = run("test", str(path))
    assert "        already by: Ingress shop is deleted" in output
    _, xml = run("test", str(path), "--format", "junit")
    (failure,) = Xml.fromstring(xml).iter("failure")  # noqa: S314 - our own text
    assert failure.text == "already by: Ingress shop is deleted"


NODES = 'cluster: {nodes: ["2x2cpu,8Gi"], zones: [a, b]}\n'
WORDS = {
    "min-ready: {service: web, count: 2}": (
        "{at: 0, scale: {target: Deployment web, replicas: 1}}",
        "Service default/web has 1 ready endpoints",
    ),
    "max-pods: {target: Deployment web, count: 2}": (
        "{at: 0, scale: {target: Deployment web, replicas: 3}}",
        "default/Deployment/web has 3 Pods",
    ),
    "never-pending: true": (
        "{at: 0, scale: {target: Deployment web, replicas: 9}}",
        "0/2 nodes are available: 1 Insufficient cpu",
    ),
    "fits: true": (
        "{at: 0, scale: {target: Deployment web, replicas: 9}}",
        "0/2 nodes are available: 1 Insufficient cpu",
    ),
    "no-disruption: true": (
        "{at: 0, scale: {target: Deployment web, replicas: 0}}",
        "Service default/web has no ready endpoint",
    ),
    "completes: true": (
        "{at: 0, image: {target: Deployment web, image: 'web:bad'}}",
        "default/Deployment/web: 1 of 2 Pods are updated",
    ),
    "finishes-within: 20": (
        "{at: 0, rollout: Deployment web}",
        "finished after 40 s",
    ),
    "route-answers: https://shop.example/": (
        "{at: 0, delete: Deployment web}",
        "Service default/web has no ready endpoint",
    ),
    "connects: {from: web, to: 'web:80'}": (
        "{at: 0, scale: {target: Deployment web, replicas: 0}}",
        "no Pod of default/Deployment/web is ready",
    ),
}
SHOP = """
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""


@pytest.mark.parametrize("promise", list(WORDS))
def test_each_promise_holds_and_is_broken_in_its_own_words(promise: str, tmp_path: Path) -> None:
    event, said = WORDS[promise]
    path = tmp_path / "word.yaml"
    head = f"scenario: a word\n{NODES}pace: {{images: [{{image: 'web:bad', ready: never}}]}}\n"
    path.write_text(f"{head}promises:\n- {promise}\n---{WEB}{SHOP}")
    assert run("test", str(path))[0] == 0
    other = "{at: 0, cordon: node-b}"
    path.write_text(f"{head}events:\n- {event}\n- {other}\npromises:\n- {promise}\n---{WEB}{SHOP}")
    code, output = run("test", str(path))
    assert code == 1
    assert said in output, output
    assert "already by:" in output, output
    assert "cordon" not in output.partition("already by:")[2], output


def test_a_load_is_on_one_workload_of_one_namespace(tmp_path: Path) -> None:
    scaler = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 4
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""
    both = WEB + scaler
    other = both.replace("{name: web}", "{name: web, namespace: other}")
    path = tmp_path / "load.yaml"
    head = "scenario: a\nevents: [{at: 0, load: {workload: WHICH, cpu: 2000}}]\npromises:\n"
    first = '- {name: one alone scales, in-the-end: \'workloads["default/Deployment/web"].desired == 4 && '
    promise = first + 'workloads["other/Deployment/web"].desired == 2\'}\n'
    path.write_text(head.replace("WHICH", "Deployment default/web") + promise + f"---{both}---{other}")
    assert run("test", str(path))[0] == 0
    path.write_text(head.replace("WHICH", "web") + promise + f"---{both}---{other}")
    assert "there is default/Deployment/web, other/Deployment/web" in run("test", str(path))[1]


def test_what_operators_would_make_is_said_to_be_missing(manifests: Path) -> None:
    (manifests / "queue.yaml").write_text("apiVersion: acme.example/v1\nkind: Queue\nmetadata: {name: q}\nspec: {}\n")
    _, output = run("simulate", "rollout", str(manifests))
    assert "nobody acts on Queue default/q: Pods that an operator makes of such objects are not there" in output


def test_a_kind_of_another_group_is_left_alone_and_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "web.yaml"
    file.write_text(WEB.replace("apps/v1", "v1"))
    code, out = run("simulate", "rollout", str(file))
    assert code == 0, out
    assert "nobody acts on Deployment default/web" in out
