-- Takes everything away again, after the source connector was deleted. The slot comes first: as long as
-- it is there, PostgreSQL keeps WAL for it.
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
WHERE slot_name = 'freshet_moma' AND NOT active;
DROP PUBLICATION IF EXISTS freshet_moma;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'freshet') THEN
    DROP OWNED BY freshet;
    DROP ROLE freshet;
  END IF;
END
$$;
