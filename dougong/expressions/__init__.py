"""ONE language for filters and conditions, used by lists, SOQL, sharing, workflow and every other rule.

`ast` is the tree; `filter_json` reads it from the API and saved views; `check` proves it against a schema and gives its
values their types; `to_sql` and `evaluate` decide it, equal by test; `shape` keys compiled SQL; `dates` knows relative
dates; `explain` says it in words. It knows names and types only through `check.Schema`, does no input or output, and
everything above may use it. No other module may decide an operator (`case Operator`): two evaluators are one too many
already.
"""
