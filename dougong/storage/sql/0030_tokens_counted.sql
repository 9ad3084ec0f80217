-- The same number as metadata/ddl.py has for new tables.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.table_schema, c.table_name
        FROM information_schema.columns AS c
        JOIN information_schema.tables AS t USING (table_schema, table_name)
        WHERE c.table_schema = 'data' AND c.column_name = 'access' AND t.table_type = 'BASE TABLE'
    LOOP
        EXECUTE format('ALTER TABLE %I.%I ALTER COLUMN access SET STATISTICS 300', found.table_schema, found.table_name);
    END LOOP;
END
$$;
