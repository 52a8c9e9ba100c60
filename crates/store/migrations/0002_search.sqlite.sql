-- Text anywhere in a name, a username or an address: every three characters are indexed (FTS5, trigram).
-- The text itself stays in accounts; case is folded there already.
create virtual table account_text using fts5 (
    last_n, first_n, username_n, email_n,
    content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1', detail = 'full'
);

-- New accounts are added by whoever writes them, many at once: a trigger would write the index out after each row.
create trigger account_text_update after update of last_n, first_n, username_n, email_n on accounts
when (old.last_n, old.first_n, old.username_n, old.email_n) is not (new.last_n, new.first_n, new.username_n, new.email_n) begin
    delete from account_text where rowid = old.seq;
    insert into account_text (rowid, last_n, first_n, username_n, email_n)
    values (new.seq, new.last_n, new.first_n, new.username_n, new.email_n);
end;

create trigger account_text_delete after delete on accounts begin
    delete from account_text where rowid = old.seq;
end;
