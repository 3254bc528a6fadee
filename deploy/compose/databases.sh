#!/bin/sh
# A database of its own for each service, owned by a role that can do nothing else. Run by the image at its first start.
set -eu
role() {
  psql -v ON_ERROR_STOP=1 --username postgres --set=role="$1" --set=password="$2" <<'SQL'
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SQL
}
database() {
  psql -v ON_ERROR_STOP=1 --username postgres --set=name="$1" --set=owner="$2" <<'SQL'
CREATE DATABASE :"name" OWNER :"owner";
REVOKE CONNECT, TEMPORARY ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO :"name";
SQL
}
for service in manifest policy scheduler gateway; do
  name=$(echo "$service" | tr '[:lower:]' '[:upper:]')_PASSWORD
  role "$service" "$(printenv "$name")"
  database "$service" "$service"
done
# The ledger's own role may add to its log and read it: another one owns the database, and migrates it.
role ledger "$LEDGER_PASSWORD"
role ledger_owner "$LEDGER_OWNER_PASSWORD"
database ledger ledger_owner
