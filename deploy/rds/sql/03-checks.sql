-- Whether the database is ready. Every row must say ok.
SELECT 'wal_level is logical' AS what,
       CASE WHEN current_setting('wal_level') = 'logical' THEN 'ok'
            ELSE 'set rds.logical_replication=1 (RDS) or wal_level=logical, and restart' END AS result
UNION ALL
SELECT 'the role may replicate',
       CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'freshet' AND rolreplication)
              OR EXISTS (SELECT FROM pg_auth_members m
                         JOIN pg_roles lent ON lent.oid = m.roleid AND lent.rolname = 'rds_replication'
                         JOIN pg_roles to_whom ON to_whom.oid = m.member AND to_whom.rolname = 'freshet')
            THEN 'ok' ELSE 'run 01-role.sql' END
UNION ALL
SELECT 'table ' || t.schemaname || '.' || t.tablename || ' has a primary key',
       CASE WHEN EXISTS (SELECT FROM pg_index i
                         WHERE i.indrelid = format('%I.%I', t.schemaname, t.tablename)::regclass
                           AND i.indisprimary)
            THEN 'ok'
            ELSE 'add one, or ALTER TABLE … REPLICA IDENTITY FULL and without-key: append in lake.yaml' END
FROM pg_publication_tables t WHERE t.pubname = 'freshet_moma'
UNION ALL
SELECT 'the publication has tables',
       CASE WHEN EXISTS (SELECT FROM pg_publication_tables WHERE pubname = 'freshet_moma')
            THEN 'ok' ELSE 'run 02-publication.sql' END
UNION ALL
SELECT 'a slot is free',
       CASE WHEN (SELECT count(*) FROM pg_replication_slots)
                 < current_setting('max_replication_slots')::int
              OR EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'freshet_moma')
            THEN 'ok' ELSE 'raise max_replication_slots, or drop a slot that nobody reads' END;
