"""Every metric by name."""

from prometheus_client import Counter, Gauge, Histogram

OUTCOMES = Counter("relance_outcomes_total", "Units of work that ended", ["queue", "state", "reason"])
DURATION = Histogram(
    "relance_job_seconds",
    "Time from claim to end",
    ["queue"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160),
)
BACKLOG = Gauge("relance_backlog_rows", "Rows due and not yet claimed", ["queue"])
OLDEST = Gauge("relance_oldest_due_seconds", "Age of the oldest row that is due", ["queue"])
LEASES_EXPIRED = Counter("relance_leases_expired_total", "Leases that ran out", ["queue", "state"])
NUDGES = Counter("relance_nudges_total", "Messages put on the broker", ["queue"])
RULINGS = Counter("relance_compliance_total", "Verdicts of the compliance chain", ["rule", "verdict"])
DOUBT = Counter("relance_classifier_doubt_total", "Predictions that asked for a person", ["doubt"])
TOKENS = Counter("relance_llm_tokens_total", "Tokens of the language model", ["direction"])
