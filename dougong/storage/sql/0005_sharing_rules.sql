-- Sharing rules: each meaning that a rule has had is a generation, whose id is the token on the records that it covers.

CREATE TABLE sharing_generation (
    id BIGINT DEFAULT nextval('record_id') NOT NULL,
    rule_id BIGINT NOT NULL,
    object TEXT NOT NULL,
    body JSONB NOT NULL,
    state TEXT NOT NULL,
    position BIGINT DEFAULT '0' NOT NULL,
    done BIGINT DEFAULT '0' NOT NULL,
    total BIGINT,
    restate BIGINT[] DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (id)
);
CREATE INDEX sharing_generation_rule_id ON sharing_generation (rule_id);

CREATE TABLE sharing_source (
    generation_id BIGINT NOT NULL REFERENCES sharing_generation (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (generation_id, user_id)
);
