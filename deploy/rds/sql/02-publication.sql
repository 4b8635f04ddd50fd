-- The publication, made by the tables' owner, so that Debezium needs to own none of them
-- (publication.autocreate.mode=disabled). FOR TABLES IN SCHEMA (PostgreSQL 15) takes in tables that are
-- created later, and needs a superuser; on RDS name the tables, and add each new one:
--   ALTER PUBLICATION freshet_moma ADD TABLE public.new_table;
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = 'freshet_moma') THEN
    CREATE PUBLICATION freshet_moma FOR TABLE public.artists, public.artworks
      WITH (publish = 'insert, update, delete, truncate');
  END IF;
END
$$;
