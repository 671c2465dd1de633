"""The manifests: valid, hardened, in the right order when they leave, and walled in."""

import re
from ipaddress import ip_network

import kubernetes_validate
import pytest

from browser.egress import EgressLimits
from browser.egress_address import _REFUSED, WEB_PORTS
from shared.settings import Settings
from tests.unit.deploy.conftest import DEPLOY, ROOT, named, of_kind, pod, render, settings_of
from workers.services.claims import QUEUES

KUBERNETES = "1.32"


def grace() -> float:
    """`workers.pool.GRACE`, read from its source: the module itself wants a queue."""
    found = re.search(r"^GRACE = ([0-9.]+)$", (ROOT / "workers" / "pool.py").read_text(), re.MULTILINE)
    assert found
    return float(found[1])


def containers(workload: dict) -> list[dict]:
    return [*pod(workload).get("initContainers", ()), *pod(workload)["containers"]]


def environment(container: dict) -> dict[str, str]:
    """Variable -> the secret and key that it comes from."""
    refs = {one["name"]: one.get("valueFrom", {}).get("secretKeyRef") for one in container.get("env", ())}
    return {name: f"{ref['name']}/{ref['key']}" for name, ref in refs.items() if ref}


def workloads(objects: tuple[dict, ...]) -> list[dict]:
    return list(of_kind(objects, "Deployment", "StatefulSet", "Job"))


def test_every_object_is_what_kubernetes_accepts(objects: tuple[dict, ...]) -> None:
    own = [one for one in objects if not one["apiVersion"].startswith("keda.sh/")]
    assert len(own) > 20
    for one in own:
        kubernetes_validate.validate(one, KUBERNETES, strict=True)


def test_each_queue_has_a_deployment_that_works_on_it_alone(objects: tuple[dict, ...]) -> None:
    for queue in QUEUES:
        (container,) = pod(named(objects, "Deployment", queue))["containers"]
        assert container["args"] == ["workers.pool", queue]


def test_the_other_processes_run_too(objects: tuple[dict, ...]) -> None:
    said = {
        one["metadata"]["name"]: pod(one)["containers"][0]["args"]
        for one in workloads(objects)
        if one["metadata"]["name"] in ("egress", "reconciler", "panel", "migrate")
    }
    assert said == {
        "egress": ["browser.egress", "--host", "0.0.0.0"],
        "reconciler": ["workers.reconciler"],
        "panel": ["workers.cli.app", "panel"],
        "migrate": ["workers.cli.app", "migrate"],
    }


def test_no_pod_of_relance_is_root_or_can_become_it(objects: tuple[dict, ...]) -> None:
    for workload in workloads(objects):
        whole = pod(workload)["securityContext"]
        assert whole["runAsNonRoot"] is True
        assert whole["runAsUser"] >= 10_000
        for container in containers(workload):
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["readOnlyRootFilesystem"] is True
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert "runAsUser" not in own


def test_every_pod_has_a_seccomp_profile_and_only_the_browser_its_own(objects: tuple[dict, ...]) -> None:
    for workload in workloads(objects):
        assert pod(workload)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        own = containers(workload)[0]["securityContext"].get("seccompProfile", {}).get("localhostProfile")
        assert own == ("relance/chromium.json" if workload["metadata"]["name"] == "browser" else None)


def test_no_pod_holds_a_token_of_the_cluster(objects: tuple[dict, ...]) -> None:
    for workload in workloads(objects):
        assert pod(workload)["automountServiceAccountToken"] is False
        assert pod(workload)["enableServiceLinks"] is False


def test_every_container_says_what_it_needs_and_no_more(objects: tuple[dict, ...]) -> None:
    for workload in workloads(objects):
        for container in containers(workload):
            assert set(container["resources"]) == {"requests", "limits"}
            assert set(container["resources"]["requests"]) == {"cpu", "memory"}


def test_grace_times_are_in_order(objects: tuple[dict, ...]) -> None:
    for queue in QUEUES:
        killed_after = pod(named(objects, "Deployment", queue))["terminationGracePeriodSeconds"]
        assert Settings().visit_timeout < grace() < killed_after


def test_pools_and_reconciler_are_probed_where_they_serve_metrics(objects: tuple[dict, ...]) -> None:
    for name in (*QUEUES, "reconciler"):
        (container,) = pod(named(objects, "Deployment", name))["containers"]
        assert container["ports"] == [{"name": "metrics", "containerPort": 9000}]
        asked = {probe: container[probe]["httpGet"]["port"] for probe in container if probe.endswith("Probe")}
        assert asked == dict.fromkeys(("startupProbe", "readinessProbe", "livenessProbe"), "metrics")
        assert settings_of(objects)["RELANCE_METRICS_PORT"] == "9000"


def test_each_process_gets_the_secrets_that_it_uses_and_no_other(objects: tuple[dict, ...]) -> None:
    both = {"RELANCE_DATABASE_URL": "relance/database-url", "RELANCE_REDIS_URL": "relance/redis-url"}
    vault, llm = (
        {"RELANCE_VAULT_KEY": "relance/vault-key"},
        {"RELANCE_ANTHROPIC_API_KEY": "relance/anthropic-api-key"},
    )
    wanted = dict.fromkeys((*QUEUES, "reconciler", "panel"), both) | {
        "browser": both | llm,
        "egress": {},
        "inbox": both | vault,
        "respond": both | llm,
        "send": both | vault,
    }
    for deployment in of_kind(objects, "Deployment"):
        (container,) = pod(deployment)["containers"]
        assert environment(container) == wanted[deployment["metadata"]["name"]]
    (migration,) = pod(named(objects, "Job", "migrate"))["containers"]
    assert environment(migration) == {"RELANCE_DATABASE_URL": "relance-owner/database-url"}


def test_every_variable_given_is_a_setting(objects: tuple[dict, ...]) -> None:
    known = {f"RELANCE_{name.upper()}" for name in Settings.model_fields}
    ours = [pod(one)["containers"][0] for one in of_kind(objects, "Deployment", "Job")]
    given = {entry["name"] for container in ours for entry in container.get("env", ())}
    assert given | set(settings_of(objects)) <= known


def test_no_secret_value_is_in_the_repository(objects: tuple[dict, ...]) -> None:
    assert not list(of_kind(objects, "Secret"))


def test_every_process_that_can_be_evicted_has_a_budget(objects: tuple[dict, ...]) -> None:
    chosen = {
        one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"]
        for one in of_kind(objects, "PodDisruptionBudget")
    }
    assert chosen == {*QUEUES, "egress", "reconciler", "panel"}


def test_what_no_policy_names_is_denied(objects: tuple[dict, ...]) -> None:
    nothing = named(objects, "NetworkPolicy", "nothing")["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_egress_proxy_reaches_the_web_and_no_network_that_it_refuses(
    objects: tuple[dict, ...],
) -> None:
    (rule,) = named(objects, "NetworkPolicy", "web")["spec"]["egress"]
    assert {one["port"] for one in rule["ports"]} == WEB_PORTS
    for why, refused in _REFUSED:
        assert not reached(rule, refused), why


def test_a_browser_reaches_the_egress_proxy_and_the_web_through_it_alone(objects: tuple[dict, ...]) -> None:
    (rule,) = named(objects, "NetworkPolicy", "browser-to-egress")["spec"]["egress"]
    (service,) = named(objects, "Service", "egress")["spec"]["ports"]
    (browser,) = pod(named(objects, "Deployment", "browser"))["containers"]
    (proxy,) = pod(named(objects, "Deployment", "egress"))["containers"]
    told = {one["name"]: one.get("value") for one in browser["env"]}
    assert rule["to"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/component": "egress"}}}]
    assert [one["port"] for one in rule["ports"]] == [service["port"]] == [proxy["ports"][0]["containerPort"]]
    assert told["RELANCE_EGRESS_URL"] == f"http://egress:{service['port']}"


def test_the_egress_proxy_hears_browsers_alone_and_knows_neither_ledger_nor_queue(
    objects: tuple[dict, ...],
) -> None:
    (rule,) = named(objects, "NetworkPolicy", "egress-from-browser")["spec"]["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/component": "browser"}}}]
    data = named(objects, "NetworkPolicy", "ledger-and-queue")["spec"]["podSelector"]
    (term,) = data["matchExpressions"]
    assert (term["operator"], term["values"]) == ("NotIn", ["egress"])


def test_the_egress_proxy_has_the_time_that_its_pages_may_take(objects: tuple[dict, ...]) -> None:
    killed_after = pod(named(objects, "Deployment", "egress"))["terminationGracePeriodSeconds"]
    assert EgressLimits().page_seconds < killed_after


@pytest.mark.parametrize("policy", ["web", "mail", "language-model"])
@pytest.mark.parametrize(
    "network", ["169.254.169.254/32", "fd00:ec2::254/128", "10.96.0.1/32", "::1/128", "127.0.0.1/32"]
)
def test_no_policy_reaches_metadata_cluster_or_loopback(policy: str, network: str) -> None:
    (rule,) = named(render("base"), "NetworkPolicy", policy)["spec"]["egress"]
    assert not reached(rule, ip_network(network))


@pytest.mark.parametrize("network", ["1.1.1.1/32", "93.184.216.0/24", "2606:4700::/32"])
def test_the_internet_is_reached(network: str) -> None:
    (rule,) = named(render("base"), "NetworkPolicy", "web")["spec"]["egress"]
    assert reached(rule, ip_network(network))


def reached(rule: dict, network) -> bool:
    """Whether any address of `network` passes the rule."""
    blocks = [one["ipBlock"] for one in rule["to"]]
    same = [block for block in blocks if ip_network(block["cidr"]).version == network.version]
    return any(
        network.overlaps(ip_network(block["cidr"]))
        and not any(network.subnet_of(ip_network(out)) for out in block["except"])
        for block in same
    )


def test_only_what_needs_the_internet_has_a_way_to_it(objects: tuple[dict, ...]) -> None:
    ways = [
        one["spec"]["podSelector"]
        for one in of_kind(objects, "NetworkPolicy")
        if "relance/to" in one["metadata"].get("labels", {})
    ]
    names = {one["matchLabels"]["app.kubernetes.io/component"] for one in ways if "matchLabels" in one}
    names |= {name for one in ways for term in one.get("matchExpressions", ()) for name in term["values"]}
    assert names == {"egress", "inbox", "send", "respond"}


def test_the_panel_is_reached_from_within_the_namespace_alone(objects: tuple[dict, ...]) -> None:
    assert {
        one["spec"].get("type", "ClusterIP")
        for one in of_kind(objects, "Service")
        if one["metadata"]["name"] == "panel"
    } == {"ClusterIP"}
    assert not list(of_kind(objects, "Ingress"))
    for policy in of_kind(objects, "NetworkPolicy"):
        if policy["spec"]["podSelector"].get("matchLabels") == {"app.kubernetes.io/component": "panel"}:
            assert all(
                set(source) == {"podSelector"}
                for rule in policy["spec"]["ingress"]
                for source in rule["from"]
            )


def test_the_namespace_refuses_pods_that_are_not_restricted(objects: tuple[dict, ...]) -> None:
    assert (
        named(objects, "Namespace", "relance")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        == "restricted"
    )


@pytest.mark.parametrize("overlay", ["overlays/dev", "overlays/prod"])
def test_the_nodes_get_the_profile_that_the_browser_names(overlay: str) -> None:
    objects = render(overlay)
    installer = pod(named(objects, "DaemonSet", "seccomp-profiles", "relance-nodes"))
    (folder,) = (one["hostPath"]["path"] for one in installer["volumes"] if "hostPath" in one)
    (name,) = (one["configMap"]["name"] for one in installer["volumes"] if "configMap" in one)
    profile = named(objects, "ConfigMap", name, "relance-nodes")["data"]["chromium.json"]
    asked = pod(named(objects, "Deployment", "browser"))["containers"][0]["securityContext"]["seccompProfile"]
    assert f"/var/lib/kubelet/seccomp/{asked['localhostProfile']}" == f"{folder}/chromium.json"
    assert profile == (DEPLOY / "seccomp" / "chromium.json").read_text()
