-- Every search reads what waits beside the index: 64 MB of it, during a large import, made each take seconds.
ALTER INDEX search_entry_grams SET (gin_pending_list_limit = 16384);
