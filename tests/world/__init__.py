"""Named people and records for tests of the whole product."""
