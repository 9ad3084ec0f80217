"""The life of a record: read, written, found, remembered, taken in and given out.

Two doors: `records.api` (everything that can be done with records, for a principal) and `records.hooks` (what business
modules and plugins register). `records.read` and `records.write` are for this room only; import-linter keeps it.
"""
