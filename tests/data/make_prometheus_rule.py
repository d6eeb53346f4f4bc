"""Writes `deploy/k8s/monitoring/alerts.yaml`, a PrometheusRule, from `deploy/prometheus/alerts.yml`.

python tests/data/make_prometheus_rule.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_DEPLOY: Final = Path(__file__).resolve().parents[2] / "deploy"
_SOURCE: Final = _DEPLOY / "prometheus/alerts.yml"
PRINTED: Final = _DEPLOY / "k8s/monitoring/alerts.yaml"

_HEAD: Final = """\
# Generated from deploy/prometheus/alerts.yml: change that, then run tests/data/make_prometheus_rule.py.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: streamer
  labels: {app.kubernetes.io/name: streamer}
spec:
"""


def prometheus_rule() -> str:
    """The rules as they stand, comments included, below the head of a PrometheusRule."""
    lines = _SOURCE.read_text("utf-8").splitlines()
    groups = lines[lines.index("groups:") :]
    return _HEAD + "".join(f"  {line}\n" if line else "\n" for line in groups)


if __name__ == "__main__":
    PRINTED.write_text(prometheus_rule(), "utf-8")
