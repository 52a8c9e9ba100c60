-- A change of very many accounts, which a job carries out.
create table bulk_changes (
    id uuid primary key,
    organization_id uuid not null references organizations (id),
    -- enable, disable, delete, join, leave
    verb text not null,
    -- The groups that are joined or left: identifier, name at the start, and why one was refused.
    group_list jsonb not null,
    total bigint not null,
    -- How many accounts had which outcome so far.
    outcomes jsonb not null,
    created_at bigint not null
);

-- Whom it is about, written down at the start: identifiers of 16 bytes, one after the other, piece by piece. A piece goes
-- in the transaction that deals with it.
create table bulk_change_pieces (
    change_id uuid not null references bulk_changes (id) on delete cascade,
    number bigint not null,
    accounts bytea not null,
    primary key (change_id, number)
);

-- Some of those that it was refused for, to be named.
create table bulk_change_accounts (
    change_id uuid not null references bulk_changes (id) on delete cascade,
    account_id uuid not null references accounts (id) on delete cascade,
    outcome text not null,
    primary key (change_id, account_id)
);
create index bulk_change_accounts_by_account on bulk_change_accounts (account_id);
