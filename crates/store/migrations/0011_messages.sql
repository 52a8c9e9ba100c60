-- Texts that an organization wrote in place of the ones that are shipped.
create table message_templates (
    organization_id uuid not null references organizations (id),
    -- As in the catalogue: account_summary.
    template text not null,
    language text not null,
    subject text not null,
    plain text not null,
    html text not null,
    sms text not null,
    modified_at bigint not null,
    modified_by text not null,
    primary key (organization_id, template, language)
);

-- Where messages leave by: the mail server and the SMS gateway of an organization.
create table message_servers (
    organization_id uuid not null references organizations (id),
    -- mail, sms
    channel text not null,
    options jsonb not null,
    -- Its password, sealed.
    secret bytea,
    modified_at bigint not null,
    primary key (organization_id, channel)
);

-- Messages: written in the transaction that causes them, sent by a server that takes them for a while.
create table outbox (
    -- In the order in which they were written.
    seq {sequence},
    id uuid not null unique,
    organization_id uuid not null references organizations (id),
    template text not null,
    language text not null,
    -- mail, sms
    channel text not null,
    -- Whom it is about; what is queued goes with the account.
    account_id uuid references accounts (id) on delete cascade,
    address text not null,
    -- The address as it is compared.
    address_n text not null,
    -- queued, sent, failed, cancelled, expired
    state text not null,
    tries bigint not null,
    -- When it is tried next; while a server has it, until when.
    due_at bigint not null,
    -- Who has it: a number that each taking makes anew; 0 for nobody.
    lease bigint not null,
    -- What the mail server said last.
    answer text not null,
    -- What another message to the same address must not have.
    dedupe text,
    -- What stands in its variables, sealed; null once it was sent or given up.
    content bytea,
    -- Whether it names the server that it leaves by, sealed with the rest: one that was replaced since.
    own_way boolean not null,
    -- Which key it was sealed with.
    seal_key text not null,
    created_at bigint not null,
    -- When nobody needs it any more.
    expires_at bigint not null,
    finished_at bigint
);
create unique index outbox_by_dedupe on outbox (organization_id, dedupe) where dedupe is not null;
create index outbox_due on outbox (seal_key, channel, due_at, seq) where state = 'queued';
create index outbox_due_by_own_way on outbox (seal_key, due_at, seq) where state = 'queued' and own_way;
create index outbox_expiring on outbox (expires_at) where state = 'queued';
create index outbox_forgetting on outbox (expires_at) where state = 'failed' and content is not null;
create index outbox_finished on outbox (finished_at) where finished_at is not null;
create index outbox_counted on outbox (organization_id, state);
create index outbox_retried on outbox (organization_id, state, tries) where state = 'queued' and tries > 0;
create index outbox_by_state on outbox (organization_id, state, seq);
create index outbox_by_time on outbox (organization_id, seq);
create index outbox_by_account on outbox (account_id, seq);
create index outbox_by_address on outbox (address_n, finished_at);

-- The few administrators, one after the other.
create index accounts_of_administrators on accounts (organization_id, id) where roles > 0;
