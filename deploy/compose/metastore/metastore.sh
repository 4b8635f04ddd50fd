#!/bin/bash
# Makes the metastore's schema where there is none, then serves it.
set -eu
/opt/hive/bin/schematool -dbType postgres -info || /opt/hive/bin/schematool -dbType postgres -initSchema
exec /opt/hive/bin/hive --skiphadoopversion --skiphbasecp --config /etc/freshet --service metastore
