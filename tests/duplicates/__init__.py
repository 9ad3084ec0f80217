"""Tests of dougong.records.duplicates and dougong.records.merging."""
