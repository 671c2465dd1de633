import pytest

from classifiers import bench


@pytest.mark.slow
def test_what_serving_costs_is_measured_in_processes_of_their_own(monkeypatch):
    monkeypatch.setattr(bench, "LEAST", 20)
    figures = bench.measure(["How much is it?", "Merci de ne plus m'écrire."])
    p50, p95 = (figures[f"one reply, one core, p{share} ms"] for share in (50, 95))
    assert 0 < p50.ours <= p95.ours
    assert 0 < p50.plain <= p95.plain
    assert figures["up to 32 tokens, one core, p95 ms"] == p95
    assert "over 32 tokens, one core, p95 ms" not in figures
    assert figures["batches, two cores, replies/s"].ours > 1
    assert 50 < figures["resident memory, MB"].ours < 300
