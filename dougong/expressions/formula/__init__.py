"""Formulas: what an administrator writes like in a spreadsheet, for fields, rules and defaults.

`parse` reads the text (`formula.lark`), `check` gives it types against a `Schema` and proves it whole, two back ends
decide it, equal by test: `evaluate` in Python, on a record that is being written, and `to_sql` for everything that is
read. `functions` is the one table of what can be called; `problems` is how a fault is told, with its place.

Every formula has a value for every record: nothing raises while records are read. What cannot be computed (a division
by zero, a number beyond `numbers.LIMIT`, a date that the calendar has not) is blank.
"""
