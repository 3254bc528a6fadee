#!/bin/sh
# A database of its own for each service, owned by a role that can do nothing else. Run by the image at its first start.
set -eu
for service in manifest policy scheduler gateway ledger; do
  name=$(echo "$service" | tr '[:lower:]' '[:upper:]')_PASSWORD
  psql -v ON_ERROR_STOP=1 --username postgres --set=role="$service" --set=password="$(printenv "$name")" <<'SQL'
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE CONNECT ON DATABASE :"role" FROM PUBLIC;
SQL
done
