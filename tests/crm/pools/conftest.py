"""The company with pools, and a time that tests set."""

from tests.crm.pools.company import company, founded, time

__all__ = ["company", "founded", "time"]
