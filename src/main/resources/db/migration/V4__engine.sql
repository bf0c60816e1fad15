-- One row: the engine whose data directory has the same id.
create table engine (
    id varchar(36) primary key
);
