-- Whether an account is in a protected group is asked each time it is met: the few that are protected are found at once.
create index groups_protected on groups (id) where protected;
