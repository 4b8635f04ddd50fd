#!/usr/bin/env bash
# Makes the passwords of the containers, once: env files in ./secrets, readable by their owner alone and
# ignored by git. Each container gets those that it needs.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
umask 077
mkdir -p secrets
if [[ -e secrets/postgres.env ]]; then
  echo "secrets/ is there already and stays as it is"
  exit 0
fi
password() {
  head -c 24 /dev/urandom | base64 | tr -d '+/=\n'
}
postgres=$(password) user=$(password) secret=$(password)
echo "REGISTRY_DATASOURCE_PASSWORD=$postgres" > secrets/registry.env
echo "FRESHET_POSTGRES_PASSWORD=$postgres" > secrets/connect.env
echo "HIVE_DATABASE_PASSWORD=$postgres" > secrets/metastore.env
echo "DATA_SOURCE_PASS=$postgres" > secrets/exporter.env
printf 'MINIO_ROOT_USER=%s\nMINIO_ROOT_PASSWORD=%s\n' "$user" "$secret" > secrets/minio.env
printf 'AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n' "$user" "$secret" > secrets/store.env
echo "GF_SECURITY_ADMIN_PASSWORD=$(password)" > secrets/grafana.env
# Last: its presence says that all are there.
echo "POSTGRES_PASSWORD=$postgres" > secrets/postgres.env
echo "secrets/*.env are made; grafana.env has the password of Grafana's user admin"
