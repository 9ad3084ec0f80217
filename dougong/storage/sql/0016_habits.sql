-- What the screens keep for each person: column widths, default views, lists as they were left, pinned and opened records.

CREATE TABLE habit (
    user_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id BIGINT DEFAULT '0' NOT NULL,
    body JSONB DEFAULT '{}' NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (user_id, kind, object, record_id)
);
