"""`/metrics` for Prometheus: what waits, how late the clock is, how much work is open; counted when it is asked.

Every name begins with `asiavirta_`, times are in seconds, and no label is an id of a case or a person.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping

from flask import Blueprint, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from werkzeug.wrappers import Response

from tasks.published import published
from tasks.queries import metrics
from tasks.queries.metrics import Reading
from tasks.queries.worklist import Days
from web import current
from web.auth import bare
from web.badge import soon_until
from web.release import release

blueprint = Blueprint("metrics", __name__)

LOOPBACK = ("127.0.0.1", "::1")


@blueprint.get("/metrics")
@bare
def show() -> Response:
    """The counts in Prometheus' text format; 403 for who may not read them, 503 without a database."""
    if not _may_read():
        abort(403)
    with current.database().read() as connection:
        law = published(current.database()).refresh(connection).law
        today = current.today()
        found = metrics.read(connection, Days(today, soon_until(today, law.calendar)), current.now())
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(found))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read() -> bool:
    """With a `metrics_token` whoever shows it; without one only this machine itself, and nobody through a proxy."""
    token = current.house().config.metrics_token
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    return request.remote_addr in LOOPBACK and not request.headers.get("X-Forwarded-For")


class _Once(Collector):
    """One reading as Prometheus' families."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def collect(self) -> Iterable[Metric]:
        """Every family, also the empty ones, so that an alarm can tell nothing from not asked."""
        found = self._reading
        yield InfoMetricFamily("asiavirta", "The release that serves", {"release": release()})
        yield _gauge("cases_open", "Open cases", ("process",), found.cases)
        yield _gauge("tasks_open", "Open tasks by urgency", ("process", "unit", "urgency"), found.tasks)
        yield _gauge("timers_due", "Timers that should have fired", (), {(): found.timers_due})
        yield _gauge("timer_lag_seconds", "How long the oldest due timer has waited", (), {(): found.timer_lag})
        yield _gauge("outbox_pending", "Letters and notices that wait to be sent", ("kind",), found.outbox)
        yield _gauge("calls", "Calls out that wait or have failed", ("service", "state"), found.calls)
        yield _gauge("incidents_open", "Open incidents", ("kind",), found.incidents)
        yield _gauge("messages_without_case", "Messages that have no case", ("state",), found.messages)
        silence: dict[tuple[str, ...], float] = {} if found.silence is None else {(): found.silence}
        yield _gauge("worker_silence_seconds", "Since a worker last looked at the clock", (), silence)
        yield CounterMetricFamily("asiavirta_timers_fired", "Timers fired", value=found.fired)
        yield CounterMetricFamily("asiavirta_timers_failed", "Timers that failed", value=found.failed)


def _gauge(name: str, text: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]) -> Metric:
    family = GaugeMetricFamily(f"asiavirta_{name}", text, labels=labels)
    for given, value in sorted(values.items()):
        family.add_metric(given, value)
    return family
