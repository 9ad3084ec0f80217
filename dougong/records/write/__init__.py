"""The one write path: a batch of records of one object passes a visible list of stages, then is stored once.

`acts` has what callers ask for (create, update, delete, restore), `pipeline.STAGES` the order, and one module each
for the stages that belong together. Stages decide and return problems; nothing is stored while a problem exists.
Only `dougong.records` imports this; everybody else comes through `records.api` and `records.hooks`.
"""
