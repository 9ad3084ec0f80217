"""Tests through the doors, on real parts. The folders mirror `dougong/`; `world/` and `model/` are what they share."""
