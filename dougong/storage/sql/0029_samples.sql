-- Words of very many rows are answered from a sixteenth of them (storage/samples.py).

DROP INDEX search_entry_grams;
CREATE INDEX search_entry_grams_sample ON search_entry USING gin (grams) WITH (gin_pending_list_limit = 1024)
    WHERE hashint8(record_id) & 15 = 0;
CREATE INDEX search_entry_grams_rest ON search_entry USING gin (grams) WITH (gin_pending_list_limit = 16384)
    WHERE hashint8(record_id) & 15 <> 0;

DROP INDEX registry_company_grams;
CREATE INDEX registry_company_grams_sample ON registry_company USING gin (grams) WITH (gin_pending_list_limit = 256)
    WHERE hashint8(id) & 15 = 0;
CREATE INDEX registry_company_grams_rest ON registry_company USING gin (grams) WITH (gin_pending_list_limit = 4096)
    WHERE hashint8(id) & 15 <> 0;
