create table groups (
    id uuid primary key,
    organization_id uuid not null references organizations (id),
    version bigint not null,
    name text not null,
    name_n text not null,
    name_k bytea not null,
    description text not null,
    -- Whether only super administrators may change the group and the accounts in it.
    protected boolean not null,
    -- How many rows of group_members there are; kept in step by whoever writes them.
    members bigint not null,
    created_at bigint not null,
    modified_at bigint not null
);
create unique index groups_by_name on groups (organization_id, name_n);
create index groups_by_order on groups (organization_id, name_k, id);
create index groups_by_size on groups (organization_id, members, name_k, id);

create table group_members (
    group_id uuid not null references groups (id) on delete cascade,
    account_id uuid not null references accounts (id) on delete cascade,
    organization_id uuid not null,
    added_at bigint not null,
    primary key (group_id, account_id)
);
create index group_members_by_account on group_members (account_id, group_id);
