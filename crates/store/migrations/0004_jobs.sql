-- Work that goes on while nobody waits for it. A server takes a job for a while, and another takes it when that one
-- went away.
create table jobs (
    id uuid primary key,
    organization_id uuid not null references organizations (id),
    kind text not null,
    -- What it works on, as an import.
    subject_id uuid not null,
    -- queued, running, done, stopped, failed
    state text not null,
    owner_id uuid not null references accounts (id) on delete cascade,
    -- The data folder whose files it needs; any when null.
    node text,
    done bigint not null,
    total bigint not null,
    stop_wanted boolean not null,
    attempts bigint not null,
    -- Until when somebody has it, or nobody shall try it again.
    leased_until bigint not null,
    -- Who has it: a number that each taking makes anew.
    lease bigint not null,
    -- Why it failed.
    message text,
    created_at bigint not null,
    finished_at bigint
);
create index jobs_due on jobs (leased_until) where state in ('queued', 'running');
create index jobs_by_subject on jobs (subject_id);
create index jobs_by_owner on jobs (owner_id);

-- Imports that somebody prepares in the console. Once carried out, an import has the identifier of its draft.
create table import_drafts (
    id uuid primary key,
    organization_id uuid not null references organizations (id),
    owner_id uuid not null references accounts (id) on delete cascade,
    file_name text not null,
    size_bytes bigint not null,
    sha256 bytea not null,
    -- How many rows the file has, read as chosen.
    row_count bigint not null,
    choices jsonb not null,
    -- The last step that is done, from 1.
    step bigint not null,
    -- The data folder that holds the file.
    node text not null,
    created_at bigint not null,
    started_at bigint
);
create index import_drafts_by_owner on import_drafts (owner_id, created_at);
