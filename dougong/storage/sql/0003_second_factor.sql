-- A second factor beside the password, and sessions that their owner can name.

ALTER TABLE credential
    ADD COLUMN totp_since TIMESTAMP WITH TIME ZONE,
    ADD COLUMN totp_step BIGINT;

-- No release has put a secret here; where somebody else did, the account stays closed until an administrator resets it.
UPDATE credential SET totp_since = now() WHERE totp_secret IS NOT NULL;

CREATE TABLE recovery_code (
    user_id BIGINT NOT NULL,
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

ALTER TABLE session ADD COLUMN id BIGINT DEFAULT nextval('record_id') NOT NULL;
