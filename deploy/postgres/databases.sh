#!/bin/bash
# One role and one database a service; none may enter another's. Run by the postgres image when it first starts, or by an
# administrator (PGHOST, PGUSER and PGPASSWORD say where), with the passwords in INTAKE_PASSWORD, OBSERVATION_PASSWORD
# and REPORTING_PASSWORD. They are handed to psql by the environment, where no list of processes shows them.
set -euo pipefail

for service in intake observation reporting; do
  password="${service^^}_PASSWORD"
  SERVICE="$service" PASSWORD="${!password}" psql -X -q -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\getenv service SERVICE
\getenv password PASSWORD
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service" ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
