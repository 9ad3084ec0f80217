-- What somebody who came upon a hidden duplicate says to its owner, and when that was settled.
ALTER TABLE duplicate_question
    ADD COLUMN note TEXT DEFAULT '' NOT NULL,
    ADD COLUMN answered_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX duplicate_question_record_id ON duplicate_question (record_id);
