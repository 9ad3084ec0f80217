-- New search entries wait in a longer list before they are sorted into the index (records/search_upkeep.py).

ALTER INDEX search_entry_grams SET (gin_pending_list_limit = 65536);
