-- Functions that formulas need and PostgreSQL lacks. Each equals its twin in dougong/expressions/formula, which the
-- tests prove, and is total: what cannot be computed is NULL, because an error would take a whole list away.

CREATE FUNCTION public.formula_date(given text) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  y int; m int; d int; found date;
BEGIN
  IF given !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN RETURN NULL; END IF;
  y := substr(given, 1, 4)::int; m := substr(given, 6, 2)::int; d := substr(given, 9, 2)::int;
  IF y < 1 OR m NOT BETWEEN 1 AND 12 OR d NOT BETWEEN 1 AND 31 THEN RETURN NULL; END IF;
  found := make_date(y, m, 1) + (d - 1);
  IF extract(month FROM found) <> m OR found < '0001-01-02' OR found > '9999-12-30' THEN RETURN NULL; END IF;
  RETURN found;
END $$;

CREATE FUNCTION public.formula_power(base numeric, exponent numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  found numeric := 1;
BEGIN
  IF exponent <> trunc(exponent) OR abs(exponent) > 100 THEN RETURN NULL; END IF;
  FOR i IN 1 .. abs(exponent)::int LOOP
    found := round(found * base, 10);
    IF abs(found) >= 1000000000000000000 THEN RETURN NULL; END IF;
  END LOOP;
  IF exponent >= 0 THEN RETURN found; END IF;
  IF found = 0 THEN RETURN NULL; END IF;
  RETURN round(round(1::numeric, 40) / found, 10);
END $$;

CREATE FUNCTION public.formula_rmb(amount numeric) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  cents numeric := trunc(abs(amount) * 100);
  yuan text := div(cents, 100)::text;
  jiao int := (div(cents, 10) % 10)::int;
  fen int := (cents % 10)::int;
  digits text[] := ARRAY['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
  units text[] := ARRAY['', '拾', '佰', '仟'];
  sections text[] := ARRAY['', '万', '亿', '万亿', '亿亿'];
  whole text := ''; zero boolean := false; section boolean := false; place int; digit int; sign text := '';
BEGIN
  IF amount < 0 AND cents > 0 THEN sign := '负'; END IF;
  IF cents >= 100 THEN
    FOR n IN 1 .. length(yuan) LOOP
      place := length(yuan) - n; digit := substr(yuan, n, 1)::int;
      IF digit = 0 THEN
        zero := true;
      ELSE
        IF zero AND whole <> '' THEN whole := whole || '零'; END IF;
        whole := whole || digits[digit + 1] || units[place % 4 + 1];
        zero := false; section := true;
      END IF;
      IF place % 4 = 0 THEN
        IF section THEN whole := whole || sections[place / 4 + 1]; END IF;
        section := false;
      END IF;
    END LOOP;
    whole := whole || '元';
  END IF;
  IF jiao = 0 AND fen = 0 THEN
    RETURN sign || CASE WHEN whole = '' THEN '零元' ELSE whole END || '整';
  END IF;
  whole := whole || CASE WHEN jiao > 0 THEN digits[jiao + 1] || '角' WHEN whole <> '' THEN '零' ELSE '' END;
  RETURN sign || whole || CASE WHEN fen > 0 THEN digits[fen + 1] || '分' ELSE '整' END;
END $$;
