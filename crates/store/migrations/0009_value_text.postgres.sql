
-- Text anywhere in a value: every three characters are indexed (pg_trgm).
create index account_value_text on account_values using gin (value_n gin_trgm_ops);
