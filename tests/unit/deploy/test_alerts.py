"""Alerts and dashboards speak of metrics that exist, in queries that Prometheus reads."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from shared import metrics  # declares them
from tests.unit.deploy.conftest import DEPLOY, program
from workers.services.claims import QUEUES

RULES = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
TESTS = sorted((DEPLOY / "prometheus").glob("*_test.yml"))
BOARDS = sorted((DEPLOY / "grafana").glob("*.json"))
SERVED = {*(sample.name for family in REGISTRY.collect() for sample in family.samples), "up"}


def declared() -> set[str]:
    """Every sample that a process may serve, those of labels not seen yet among them."""
    found = set(SERVED)
    for one in (one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)):
        for family in one.describe():
            found |= {family.name + ending for ending in ("", "_total", "_bucket", "_count", "_sum")}
    return found


def queries(board: Path) -> list[str]:
    return [
        target["expr"] for panel in json.loads(board.read_text())["panels"] for target in panel["targets"]
    ]


def spoken_of(query: str) -> set[str]:
    return set(re.findall(r"\b(?:relance_\w+|process_\w+|up)\b", query))


def promtool(*arguments: str | Path) -> None:
    ran = subprocess.run(
        [program("promtool"), *arguments], capture_output=True, text=True, cwd=DEPLOY / "prometheus"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_prometheus_reads_the_configuration_and_the_rules() -> None:
    promtool("check", "config", "prometheus.yml")


def test_each_alert_is_raised_when_it_should_be_and_not_otherwise() -> None:
    promtool("test", "rules", *TESTS)


def test_each_alert_is_tested_both_ways() -> None:
    tests = [test for path in TESTS for test in yaml.safe_load(path.read_text())["tests"]]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    names = {rule["alert"] for rule in RULES}
    assert {case["alertname"] for case in cases if "exp_alerts" in case} == names
    assert {case["alertname"] for case in cases if "exp_alerts" not in case} == names


def test_each_alert_has_a_severity_a_summary_and_a_runbook_line() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "runbook"}
        assert "\n" not in rule["annotations"]["runbook"]


def test_each_alert_speaks_of_metrics_that_exist() -> None:
    for rule in RULES:
        assert spoken_of(rule["expr"]), rule["alert"]
        assert spoken_of(rule["expr"]) <= declared(), rule["alert"]


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.stem)
def test_a_dashboard_speaks_of_metrics_that_exist(board: Path) -> None:
    for query in queries(board):
        assert spoken_of(query), query
        assert spoken_of(query) <= declared(), query


def test_every_metric_of_the_farm_is_on_a_dashboard() -> None:
    shown = {name for board in BOARDS for query in queries(board) for name in spoken_of(query)}
    ours = {name for name in declared() if name.startswith("relance_") and not name.endswith("_created")}
    families = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in ours}
    assert families == {
        re.sub(r"_(total|bucket)$", "", name) for name in shown if name.startswith("relance_")
    }


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.stem)
def test_prometheus_reads_each_query_of_a_dashboard(board: Path, tmp_path: Path) -> None:
    rules = [
        {"record": f"q{number}", "expr": query.replace("$__range", "1h")}
        for number, query in enumerate(queries(board))
    ]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    promtool("check", "rules", path)


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.stem)
def test_panels_of_a_dashboard_do_not_overlap(board: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(board.read_text())["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_queue_that_a_rule_names_is_one() -> None:
    named = {queue for rule in RULES for queue in re.findall(r'queue!?="(\w+)"', rule["expr"])}
    assert named <= set(QUEUES)
