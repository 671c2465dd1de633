"""The picture of a simulated day."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

from tests.scale.model import Trace, oldest

mpl.use("Agg")
from matplotlib import pyplot as plt

_SIZES = ((1, 100, "up to 100 leads"), (101, 5_000, "up to 5,000"), (5_001, 10**9, "more"))


def draw(trace: Trace, path: Path) -> None:
    """Backlog, pods, age of the oldest row, and how long tenants of each size waited, over the hours."""
    figure, axes = plt.subplots(4, 1, figsize=(9, 10), sharex=True, layout="constrained")
    hours = np.array([moment.at for moment in trace.moments]) / 3600
    axes[0].fill_between(hours, [moment.due for moment in trace.moments], color="#4878a8", linewidth=0)
    axes[0].set_ylabel("leads due")
    axes[1].plot(hours, [moment.ideal for moment in trace.moments], color="#c0c0c0", label="ideal")
    axes[1].plot(hours, [moment.pods for moment in trace.moments], color="#b04040", label="pods")
    axes[1].set_ylabel("browser pods")
    axes[1].legend(loc="upper right")
    at = [moment.at for moment in trace.moments][::20]
    axes[2].plot(np.array(at) / 3600, np.array(oldest(trace, at)) / 60, color="#508050")
    axes[2].set_ylabel("oldest, minutes")
    _waits(trace, axes[3])
    axes[3].set_xlabel("hour of the day")
    for axis in axes:
        axis.grid(alpha=0.3)
        axis.set_ylim(bottom=0)
    figure.suptitle(f"{len(trace.due):,} leads of {len(set(trace.tenant.values()))} tenants in a day")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=80)
    plt.close(figure)


def _waits(trace: Trace, axis: plt.Axes) -> None:
    rows = np.array(list(trace.began))
    tenants = np.array([trace.tenant[row] for row in rows])
    _, place, sizes = np.unique(tenants, return_inverse=True, return_counts=True)
    began = np.array([trace.began[row] for row in rows])
    waited = (began - np.array([trace.due[row] for row in rows])) / 60
    hour = (began // 3600).astype(int)
    for least, most, name in _SIZES:
        chosen = (sizes[place] >= least) & (sizes[place] <= most)
        there = np.unique(hour[chosen])
        medians = [float(np.median(waited[chosen & (hour == one)])) for one in there]
        axis.plot(there + 0.5, medians, marker=".", label=name)
    axis.set_ylabel("median wait, minutes")
    axis.legend(loc="upper right", title="tenants of")
