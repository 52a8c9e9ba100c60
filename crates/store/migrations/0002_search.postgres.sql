-- Text anywhere in a name, a username or an address: every three characters are indexed (pg_trgm).
create extension if not exists pg_trgm;

create index account_text on accounts using gin (
    last_n gin_trgm_ops, first_n gin_trgm_ops, username_n gin_trgm_ops, email_n gin_trgm_ops
);
