-- How fast a job goes: when whoever has it took it, and how much was done by then.
alter table jobs add column begun_at bigint;
alter table jobs add column begun_with bigint not null default 0;
