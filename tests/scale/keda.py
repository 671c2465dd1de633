"""How many pods KEDA and the Horizontal Pod Autoscaler want, from the manifests that are deployed. Pure.

After `desiredReplicas = ceil(metric / target)` of an external metric with an average value: no change within
the tolerance, scale-down to the largest recommendation of its window, and the policies of pods and percent a
period (Kubernetes, "Horizontal Pod Autoscaling"; KEDA, "Scaling Deployments").
"""

import math
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import yaml

_K8S = Path(__file__).parents[2] / "deploy" / "k8s"
_BASE = _K8S / "base"
_TOLERANCE = 0.1


@dataclass(frozen=True)
class Scaling:
    """What a pool's ScaledObject says; times in seconds. `target` is rows a pod."""

    query: str
    target: int
    least: int
    most: int
    poll: int
    up_pods: int
    up_period: int
    down_percent: int
    down_period: int
    down_window: int

    def ideal(self, metric: int) -> int:
        """Pods for so many rows, were they there at once."""
        return max(self.least, min(self.most, math.ceil(metric / self.target)))


def deployed(pool: str, most: int | None = None) -> Scaling:
    """The pool's scaling; `most` pods instead of what its manifest allows."""
    own = _scaled_object(f"{pool}.yaml")
    shared = _scaled_object("scaling.yaml")
    (ledger,) = (one["metadata"] for one in own["triggers"] if one["type"] == "postgresql")
    behaviour = shared["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    (up,), (down,) = behaviour["scaleUp"]["policies"], behaviour["scaleDown"]["policies"]
    return Scaling(
        query=ledger["query"],
        target=int(ledger["targetQueryValue"]),
        least=own["minReplicaCount"],
        most=most or own["maxReplicaCount"],
        poll=shared["pollingInterval"],
        up_pods=up["value"],
        up_period=up["periodSeconds"],
        down_percent=down["value"],
        down_period=down["periodSeconds"],
        down_window=behaviour["scaleDown"]["stabilizationWindowSeconds"],
    )


def most_in_production(pool: str) -> int:
    """The most pods that the production overlay allows."""
    overlay = yaml.safe_load((_K8S / "overlays" / "prod" / "kustomization.yaml").read_text())
    (own,) = (one for one in overlay["patches"] if one["target"].get("name") == pool)
    values = {change["path"]: change["value"] for change in yaml.safe_load(own["patch"])}
    return int(values["/spec/maxReplicaCount"])


def _scaled_object(file: str) -> dict:
    objects = yaml.safe_load_all((_BASE / file).read_text())
    (found,) = (one["spec"] for one in objects if one["kind"] == "ScaledObject")
    return found


@dataclass
class Autoscaler:
    """One pool's replicas over time; `step` is called at each poll."""

    scaling: Scaling
    replicas: int
    _wanted: deque[tuple[float, int]] = field(default_factory=deque)
    _were: deque[tuple[float, int]] = field(default_factory=deque)

    def step(self, now: float, metric: int) -> int:
        """The replicas from `now` (seconds) on."""
        desired = self._desired(metric)
        self._wanted.append((now, desired))
        while self._wanted[0][0] < now - self.scaling.down_window:
            self._wanted.popleft()
        if desired < self.replicas:
            desired = min(self.replicas, max(wanted for _, wanted in self._wanted))
        self.replicas = self._limited(now, desired)
        self._were.append((now, self.replicas))
        return self.replicas

    def _desired(self, metric: int) -> int:
        ratio = metric / (self.scaling.target * self.replicas)
        return self.replicas if abs(ratio - 1) <= _TOLERANCE else self.scaling.ideal(metric)

    def _limited(self, now: float, desired: int) -> int:
        """A period's policy counts from the replicas at its beginning."""
        if desired > self.replicas:
            return min(desired, self._at(now - self.scaling.up_period) + self.scaling.up_pods)
        if desired < self.replicas:
            kept = 1 - self.scaling.down_percent / 100
            return max(desired, int(self._at(now - self.scaling.down_period) * kept))
        return desired

    def _at(self, moment: float) -> int:
        while len(self._were) > 1 and self._were[1][0] <= moment:
            self._were.popleft()
        return self._were[0][1] if self._were else self.replicas
