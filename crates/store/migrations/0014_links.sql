-- A link stays after it ended, so that whoever opens it is told why it no longer works.
-- open; used; newer: another one was sent since; ended: the account changed since
alter table one_time_links add column state text not null default 'open';
-- email_link, email_code, sms_code, hand_over
alter table one_time_links add column way text not null default 'email_link';
-- The address or number that it was sent to; it proves no other one.
alter table one_time_links add column sent_to text;
-- A hash of the password that the account had, so that it dies with it; null when it had none.
alter table one_time_links add column password_hash bytea;
-- Of a code, which is looked for by its account; null for a link.
alter table one_time_links add column code_hash bytea;
-- How often a wrong code was entered.
alter table one_time_links add column tries bigint not null default 0;
-- Whether somebody asked for it to be sent once more; these are counted.
alter table one_time_links add column is_resend boolean not null default false;
