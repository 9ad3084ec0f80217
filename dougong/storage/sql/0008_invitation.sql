-- A link by which a person sets a password: to begin with, or because the old one is forgotten.

CREATE TABLE invitation (
    user_id BIGINT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_by_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (user_id),
    UNIQUE (token_hash)
);
