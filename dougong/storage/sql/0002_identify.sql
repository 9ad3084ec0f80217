-- Who a request comes from, asked before every other statement of it. As functions, because their plans can be kept: all
-- of the product's statements are planned with the values in sight, which costs these more than they take to run.

CREATE FUNCTION identify_session(wanted bytea)
RETURNS TABLE (
    metadata bigint, access bigint, user_id bigint, csrf text, last_seen_at timestamptz, expires_at timestamptz,
    at timestamptz
)
LANGUAGE plpgsql STABLE ROWS 1 SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT v.metadata, v.access, s.user_id, s.csrf, s.last_seen_at, s.expires_at, now()
    FROM public.meta_version AS v, public.session AS s, data."user" AS u
    WHERE s.token_hash = wanted AND u.id = s.user_id AND u.active AND u.deleted_at IS NULL;
END
$$;

CREATE FUNCTION identify_token(wanted bytea)
RETURNS TABLE (
    metadata bigint, access bigint, user_id bigint, scopes text[], last_used_at timestamptz, expires_at timestamptz,
    at timestamptz
)
LANGUAGE plpgsql STABLE ROWS 1 SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT v.metadata, v.access, t.user_id, t.scopes, t.last_used_at, t.expires_at, now()
    FROM public.meta_version AS v, public.api_token AS t, data."user" AS u
    WHERE t.token_hash = wanted AND t.revoked_at IS NULL
        AND u.id = t.user_id AND u.active AND u.deleted_at IS NULL;
END
$$;
