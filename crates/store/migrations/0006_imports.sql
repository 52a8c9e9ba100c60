-- Until when an import can be taken back, when that began and ended, and what came of it.
alter table imports add column undo_until bigint;
alter table imports add column undo_begun_at bigint;
alter table imports add column undo_ended_at bigint;
alter table imports add column undone bigint;
alter table imports add column undo_kept bigint;

-- What an import did to accounts, so that it can be taken back for a day.
create table import_changes (
    import_id uuid not null references imports (id) on delete cascade,
    account_id uuid not null references accounts (id) on delete cascade,
    line bigint not null,
    -- What the account had before; null for one that the import made.
    before jsonb,
    -- The version that the import left behind: another one tells that somebody touched the account since.
    version bigint not null,
    -- Why it could not be taken back; null as long as that was not tried. What is taken back has no row any more.
    kept text,
    primary key (import_id, line)
);
create index import_changes_by_account on import_changes (account_id);

-- What columns mean, kept under a name for the next file of the same kind.
create table import_mappings (
    organization_id uuid not null references organizations (id),
    name_n text not null,
    name text not null,
    mapping jsonb not null,
    modified_at bigint not null,
    primary key (organization_id, name_n)
);
