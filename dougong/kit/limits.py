"""Bounds of every input, in one place, so that a reviewer can see that there are no others."""

PAGE_SIZE = 50
PAGE_SIZE_MAX = 500
COUNT_CAP = 10_000
"""Totals above this are shown as "10,000+" unless asked for exactly."""

FILTER_DEPTH_MAX = 20
FILTER_NODES_MAX = 500
IN_LIST_MAX = 2_000
SELECTIONS_MAX = 5
"""Semi-joins and anti-joins in one condition, nested ones included."""
PATH_DEPTH_MAX = 5
QUERY_FIELDS_MAX = 200
SOQL_LENGTH_MAX = 20_000

FORMULA_LENGTH_MAX = 5_000
FORMULA_DEPTH_MAX = 50
FORMULA_NODES_MAX = 500
FORMULA_WEIGHT_MAX = 5_000
"""How large a formula may be as SQL, with the formulas of the fields that it uses written out in it."""
FORMULA_TEXT_MAX = 10_000
"""Characters of a text that a formula has put together; the rest is cut."""

BATCH_MAX = 2_000
"""Records in one API batch; the importer cuts its files into chunks of this size."""

TEXT_LENGTH_MAX = 255
LONG_TEXT_MAX = 100_000
UPLOAD_BYTES_MAX = 100 * 1024 * 1024
BODY_BYTES_MAX = 8 * 1024 * 1024
