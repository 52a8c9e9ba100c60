-- Types: uuid, text, bigint, boolean, bytea, jsonb. Times are milliseconds since 1970.
-- `_n` columns hold folded text (equality, contains), `_k` columns hold collation keys (order); both come from base::text.

create table organizations (
    id uuid primary key,
    handle text not null unique,
    name text not null,
    created_at bigint not null,
    -- When the first super administrator came to be; the set-up link is closed for ever from then on.
    set_up_at bigint
);

-- What an organization chose; a key that is absent has its default.
create table settings (
    organization_id uuid not null references organizations (id),
    key text not null,
    value jsonb not null,
    modified_at bigint not null,
    primary key (organization_id, key)
);

create table accounts (
    seq {sequence},
    id uuid not null unique,
    organization_id uuid not null references organizations (id),
    version bigint not null,

    username text not null,
    username_n text not null,
    username_k bytea not null,
    first_name text not null,
    first_n text not null,
    first_k bytea not null,
    last_name text not null,
    last_n text not null,
    last_k bytea not null,
    email text,
    email_n text not null,
    email_k bytea not null,
    mobile text,
    external_id text,
    custom jsonb not null,

    lifecycle text not null,
    enabled boolean not null,
    -- Derived from the two above, so that it can be sorted by: 0 disabled, 1 enabled, 2 pending activation, 3 pending approval.
    status bigint not null,
    password_state text not null,
    temporary_until bigint,
    must_change text not null,
    invited_at bigint,
    email_verified_at bigint,
    pending_email text,
    mobile_verified_at bigint,
    pending_mobile text,

    -- One bit for each administrator role.
    roles bigint not null,
    origin text not null,
    created_at bigint not null,
    modified_at bigint not null,
    -- 0 while the account was never signed in to.
    last_sign_in_at bigint not null
);

create index accounts_by_last_name on accounts (organization_id, last_k, first_k, username_k, id);
create index accounts_by_first_name on accounts (organization_id, first_k, last_k, username_k, id);
create index accounts_by_username on accounts (organization_id, username_k, id);
create index accounts_by_email on accounts (organization_id, email_k, id);
create index accounts_by_status on accounts (organization_id, status, last_k, first_k, username_k, id);
create index accounts_by_last_sign_in on accounts (organization_id, last_sign_in_at, last_k, first_k, username_k, id);
create index accounts_by_created on accounts (organization_id, created_at, last_k, first_k, username_k, id);
create unique index accounts_by_external_id on accounts (organization_id, external_id) where external_id is not null;
-- What few accounts are in is found without looking at the others.
create index accounts_to_reset on accounts (organization_id, last_k, first_k, username_k, id)
    where must_change = 'admin';
create index accounts_invited on accounts (organization_id, last_k, first_k, username_k, id)
    where password_state = 'none' and invited_at is not null;
create index accounts_changing_email on accounts (organization_id, last_k, first_k, username_k, id)
    where pending_email is not null;
create index accounts_proving_mobile on accounts (organization_id, last_k, first_k, username_k, id)
    where mobile is not null and (mobile_verified_at is null or pending_mobile is not null);
create index accounts_with_roles on accounts (organization_id, last_k, first_k, username_k, id) where roles > 0;
-- One or two letters are in no index of three; they are looked for in these columns only, one account after the other.
-- In the order in which accounts came to be, so that what is frequent is met everywhere, and soon.
create index accounts_text_only on accounts (organization_id, seq, last_n, first_n, username_n, email_n);

-- Usernames and e-mail addresses in one namespace, so that no username equals another account's address.
create table account_identifiers (
    organization_id uuid not null,
    name_n text not null,
    account_id uuid not null references accounts (id) on delete cascade,
    primary key (organization_id, name_n)
);
create index account_identifiers_by_account on account_identifiers (account_id);

create table account_locks (
    account_id uuid not null references accounts (id) on delete cascade,
    organization_id uuid not null,
    reason text not null,
    since bigint not null,
    until bigint,
    held_by text,
    note text,
    primary key (account_id, reason)
);
create index account_locks_by_organization on account_locks (organization_id, until);

-- Figures that are shown often, kept in step by the operations that change them. Spread over shards, so that
-- writers don't queue for one row: the figure is the sum.
create table counters (
    organization_id uuid not null,
    name text not null,
    shard bigint not null,
    n bigint not null,
    primary key (organization_id, name, shard)
);

create table passwords (
    account_id uuid primary key references accounts (id) on delete cascade,
    organization_id uuid not null,
    hash text not null,
    set_at bigint not null,
    -- True while nobody knows whether the password follows the rules: it came hashed from elsewhere.
    rules_unknown boolean not null
);

create table sessions (
    id uuid primary key,
    organization_id uuid not null,
    account_id uuid not null references accounts (id) on delete cascade,
    token_hash bytea not null unique,
    created_at bigint not null,
    last_seen_at bigint not null,
    authenticated_at bigint not null,
    address text,
    user_agent text
);
create index sessions_by_account on sessions (account_id);
create index sessions_by_last_seen on sessions (last_seen_at);

-- Links that work once: set-up, invitation, confirmation, reset. Only the hash of the token is kept.
create table one_time_links (
    token_hash bytea primary key,
    organization_id uuid not null,
    purpose text not null,
    account_id uuid references accounts (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null
);
create index one_time_links_by_purpose on one_time_links (organization_id, purpose);
create index one_time_links_by_account on one_time_links (account_id) where account_id is not null;

-- Failed attempts, counted for the name or network that was typed, whether or not it exists.
create table attempts (
    subject bytea primary key,
    failures bigint not null,
    window_began_at bigint not null,
    blocked_until bigint not null,
    blocks bigint not null
);

create table audit_events (
    id uuid primary key,
    organization_id uuid not null,
    at bigint not null,
    event text not null,
    actor_kind text not null,
    actor_id uuid,
    actor_name text not null,
    door text not null,
    target_kind text not null,
    target_id uuid,
    target_name text not null,
    request_id uuid not null,
    address text,
    details jsonb not null
);
create index audit_events_by_time on audit_events (organization_id, id);
create index audit_events_by_target on audit_events (target_id, id);

create table imports (
    id uuid primary key,
    organization_id uuid not null,
    -- SHA-256 of the file and of the choices: the same command on the same file finds its unfinished import again.
    fingerprint bytea not null,
    file_name text not null,
    state text not null,
    started_by text not null,
    choices jsonb not null,
    -- The last line of the file that was dealt with, and how many rows were.
    position bigint not null,
    created bigint not null,
    updated bigint not null,
    unchanged bigint not null,
    skipped bigint not null,
    failed bigint not null,
    started_at bigint not null,
    finished_at bigint
);
create index imports_by_start on imports (organization_id, started_at);
create index imports_by_fingerprint on imports (organization_id, fingerprint);

-- What became of each line that was not simply created; a line that is absent and not beyond the position was.
create table import_rows (
    import_id uuid not null references imports (id) on delete cascade,
    line bigint not null,
    outcome text not null,
    account_id uuid,
    problems jsonb not null,
    primary key (import_id, line)
);
