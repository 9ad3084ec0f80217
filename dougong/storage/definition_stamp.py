"""A text that is the same for the same definitions only."""

DEFINITION_STAMP = """
SELECT concat_ws(' ', pg_postmaster_start_time(), (SELECT metadata FROM public.meta_version),
                 md5(string_agg(concat_ws(' ', kind, name, xmin, ctid), ' ' ORDER BY kind, name)))
FROM public.definition
"""
"""Made of the very rows, by the transactions that wrote them and where they lie. So a transaction that has changed
definitions is told apart too, and what is rolled back never comes again under the same stamp."""
