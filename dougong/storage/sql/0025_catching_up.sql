-- How far records of before a release have been given what it keeps in them.

CREATE TABLE catching_up (
    name TEXT NOT NULL,
    position BIGINT DEFAULT 0 NOT NULL,
    done BIGINT DEFAULT 0 NOT NULL,
    total BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (name)
);
