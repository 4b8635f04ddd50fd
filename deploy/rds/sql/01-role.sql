-- The role that Debezium logs in as. It has no password here: set one with \password in psql, or let
-- Secrets Manager do it, and keep it nowhere else.
-- Run as the master user (RDS) or as a superuser, connected to the database that is captured.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'freshet') THEN
    CREATE ROLE freshet LOGIN;
  END IF;
  -- RDS lends replication by a role; elsewhere it is an attribute.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication') THEN
    GRANT rds_replication TO freshet;
  ELSE
    ALTER ROLE freshet REPLICATION;
  END IF;
END
$$;

-- What a snapshot reads. One pair of lines for each captured schema.
GRANT USAGE ON SCHEMA public TO freshet;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO freshet;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO freshet;
