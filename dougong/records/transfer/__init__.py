"""Files in and out, through the same write path and read path as everything else.

In: `reading` (a file becomes rows of cells), `mapping` and `guessing` (which cell goes into which field, and how),
`importer` (rows become records, chunk by chunk), `undo` (a whole import taken back). Out: `exporter`. `jobs` runs both
in the background with progress; `command` and `example` are what the command line calls. Nothing here stores a
record by itself: that is `records.api`.
"""
