-- What stands beside a key of a similar name, so that most of what it proposes need not be read (decision 36).
ALTER TABLE duplicate_key ADD COLUMN told TEXT;
UPDATE duplicate_term SET state = 'building', position = 0, done = 0, total = NULL, finished_at = NULL WHERE kind = 'fuzzy';
