"""The one read path: a `Query` becomes one SQL statement with the reader's visibility in it, compiled once a shape.

Lists, kanban columns, reports, lookups, exports and SOQL are all this. Nobody concatenates SQL, nobody filters rows in
Python, and no statement is built that does not pass through `visibility.visible`.
"""
