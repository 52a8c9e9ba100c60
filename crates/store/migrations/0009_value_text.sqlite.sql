
-- Text anywhere in a value: every three characters are indexed (FTS5, trigram). Added by whoever writes values, many
-- at once; rows of account_values never change, they go and come.
create virtual table account_value_text using fts5 (
    value_n, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1', detail = 'full'
);
create trigger account_value_text_delete after delete on account_values begin
    delete from account_value_text where rowid = old.seq;
end;
