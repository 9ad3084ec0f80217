"""Slow, obvious reference models, written from the specification without importing the product's own decisions."""
