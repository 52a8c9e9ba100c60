-- What an organization wants to know of its users beside the built-in fields. The values lie in accounts.custom.
create table attributes (
    id uuid primary key,
    organization_id uuid not null references organizations (id),
    version bigint not null,
    key text not null,
    position bigint not null,
    definition jsonb not null,
    -- ready; indexing while account_values is brought in step with a changed definition; removing while values go.
    state text not null,
    -- The last account that was dealt with, while there is something to do.
    done_to bigint not null,
    created_at bigint not null,
    modified_at bigint not null
);
create unique index attributes_once on attributes (organization_id, key);

-- The values of searchable and unique attributes once more, so that they are found.
create table account_values (
    seq {sequence},
    organization_id uuid not null,
    attribute_id uuid not null,
    account_id uuid not null references accounts (id) on delete cascade,
    value_n text not null,
    -- The same where nobody else may have it.
    unique_n text
);
create index account_values_by_account on account_values (account_id, attribute_id);
create index account_values_by_value on account_values (attribute_id, value_n, account_id);
create unique index account_values_once on account_values (attribute_id, unique_n) where unique_n is not null;
