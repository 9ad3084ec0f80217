"""Chance with a seed: the same seed tells the same story. It decides nothing that anybody must not guess."""

from random import Random  # noqa: TID251  # invented customers, no secrets


def seeded(seed: int) -> Random:
    """The chance that `seed` stands for."""
    return Random(seed)  # noqa: S311  # see above


__all__ = ["Random", "seeded"]
