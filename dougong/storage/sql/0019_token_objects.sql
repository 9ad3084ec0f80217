-- API tokens that are for some objects only: by object `read` or `write`; none: for everything that their owner may do.
ALTER TABLE api_token ADD COLUMN objects JSONB;

DROP FUNCTION identify_token(bytea);
CREATE FUNCTION identify_token(wanted bytea)
RETURNS TABLE (
    metadata bigint, access bigint, user_id bigint, scopes text[], last_used_at timestamptz, expires_at timestamptz,
    at timestamptz, objects jsonb
)
LANGUAGE plpgsql STABLE ROWS 1 SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT v.metadata, v.access, t.user_id, t.scopes, t.last_used_at, t.expires_at, now(), t.objects
    FROM public.meta_version AS v, public.api_token AS t, data."user" AS u
    WHERE t.token_hash = wanted AND t.revoked_at IS NULL
        AND u.id = t.user_id AND u.active AND u.deleted_at IS NULL;
END
$$;
