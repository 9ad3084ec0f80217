"""The test company behind the HTTP edge, for the tests that attack it from outside."""

from tests.http.conftest import own_world, password_hash, world

__all__ = ["own_world", "password_hash", "world"]
