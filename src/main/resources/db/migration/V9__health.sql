alter table container add column health text;
