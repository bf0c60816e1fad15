alter table container add column restarts integer default 0 not null;
alter table container add column stopped boolean default false not null;
