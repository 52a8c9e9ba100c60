-- For how long a change of very many accounts locks them, and why.
alter table bulk_changes add column lock_terms jsonb;

-- Accounts that nobody signs in to: since when that counts if not since the last sign-in, when their owner was warned
-- last, and how many days before the lock that was.
create table inactivity (
    account_id uuid primary key references accounts (id) on delete cascade,
    organization_id uuid not null references organizations (id),
    counted_from bigint not null,
    warned_at bigint not null,
    warned_days bigint not null
);

-- Accounts that can be signed in to, those first that were left alone longest; with all that is asked of them.
create index accounts_left_alone on accounts (organization_id, last_sign_in_at, id, created_at, roles)
    where lifecycle = 'active' and enabled and password_state <> 'none';
