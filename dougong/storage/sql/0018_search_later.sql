-- Batches of an import whose searchable text is stored behind it (records/search_upkeep.py).

CREATE TABLE search_waiting (
    change_id BIGINT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (change_id)
);
