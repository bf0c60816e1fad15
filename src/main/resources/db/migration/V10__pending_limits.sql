-- What a change of a running container's limits is to make of its specification; null when none is under way.
alter table container add column pending_spec text;
