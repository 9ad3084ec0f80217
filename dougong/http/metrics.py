"""Counts and durations for Prometheus: by route template and status only, so that no person or record is in them."""

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import Scope

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        """Counters in a registry of their own, so that several applications can live in one process."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "dougong_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "dougong_http_request_seconds",
            "Seconds from the first byte in to the last byte out.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )

        # The library looks a label up under a lock with each use; there are as many keys as routes and answers.
        self._kept: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one request; `status` 0 means that the client went away."""
        route = getattr(scope.get("route"), "path", "other")
        # A client may make up methods and paths: neither may become a label of its own.
        method = scope["method"] if scope["method"] in METHODS else "other"
        key = (method, route, status)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = (self.requests.labels(*key), self.seconds.labels(method, route))
        found[0].inc()
        found[1].observe(seconds)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
