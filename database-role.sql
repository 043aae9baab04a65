-- The role and the database of the service, made once by the superuser of a new server: compose.yaml runs it with psql.
-- The service owns its database, so that it can migrate it, and has no other right.

\getenv password POSTGRES_PASSWORD

create role verification login password :'password'
  nosuperuser nocreatedb nocreaterole noreplication nobypassrls;

create database verification owner verification;
revoke all on database verification from public;
revoke all on database postgres from public;

-- The superuser keeps no password: nobody logs in as it over the network.
alter role postgres password null;
