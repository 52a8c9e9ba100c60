-- Who chose a value last, as long as the account exists.
alter table settings add column modified_by uuid references accounts (id) on delete set null;

-- Permanent passwords that an account had, so that they aren't used again: their hashes.
create table password_history (
    seq {sequence},
    account_id uuid not null references accounts (id) on delete cascade,
    organization_id uuid not null,
    hash text not null,
    replaced_at bigint not null
);
create index password_history_by_account on password_history (account_id, seq);

-- Whether the owner was told that the password will soon be too old.
alter table passwords add column age_told boolean not null default false;
create index passwords_by_age on passwords (organization_id, set_at) where not age_told;

-- Registrations that nobody confirmed yet.
create index accounts_unconfirmed on accounts (organization_id, created_at) where lifecycle = 'pending_activation';
