-- Run once, by the owner of the schema or a superuser, after the first migration. Then give both a password:
--   ALTER ROLE relance_login PASSWORD '...';  ALTER ROLE relance_scaler PASSWORD '...';
-- relance_login: what the processes are; they drop to relance_app, and row-level security holds for it.
-- relance_scaler: what KEDA is; it counts rows of every tenant, and sees of them no more than state and due time.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'relance_login') THEN
        CREATE ROLE relance_login LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'relance_scaler') THEN
        CREATE ROLE relance_scaler LOGIN CONNECTION LIMIT 10;
    END IF;
END $$;
GRANT relance_app TO relance_login;
ALTER ROLE relance_scaler SET relance.scope = '0';
ALTER ROLE relance_scaler SET default_transaction_read_only = on;
ALTER ROLE relance_scaler SET statement_timeout = '5s';
GRANT USAGE ON SCHEMA public TO relance_scaler;
GRANT SELECT (state, due_at) ON submissions, mailboxes, messages, drafts, outgoing TO relance_scaler;
