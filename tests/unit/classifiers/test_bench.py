import pytest

from classifiers import bench


@pytest.mark.slow
def test_what_serving_costs_is_measured_in_processes_of_their_own(monkeypatch):
    monkeypatch.setattr(bench, "LEAST", 20)
    figures = bench.measure(["How much is it?", "Merci de ne plus m'écrire."])
    assert 0 < figures["one reply, one core, p50 ms"] <= figures["one reply, one core, p95 ms"]
    assert figures["batches, two cores, replies/s"] > 1
    assert 50 < figures["resident memory, MB"] < 300
