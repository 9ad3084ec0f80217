-- How far each roll-up of children is filled in.

CREATE TABLE summary_state (
    object TEXT NOT NULL,
    field TEXT NOT NULL,
    state TEXT NOT NULL,
    position BIGINT DEFAULT 0 NOT NULL,
    done BIGINT DEFAULT 0 NOT NULL,
    total BIGINT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (object, field)
);
