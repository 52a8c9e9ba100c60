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
