"""What happens to one record of a pool: the values that it gets, and what the log says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dougong.crm.pools.reading import OWNER


@dataclass(frozen=True)
class Movement:
    """What happens to one record: the values it gets, and what the log says of it."""

    record: Mapping[str, Any]
    """The record as it was, by field name."""
    values: Mapping[str, Any]
    kind: str
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def owner(self) -> tuple[int | None, int | None]:
        """Whose it was and whose it will be."""
        return self.record[OWNER], self.values.get(OWNER, self.record[OWNER])
