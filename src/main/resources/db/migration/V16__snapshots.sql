-- What containers were at some moments. The image is one that nobody sees; there is none as long as the snapshot is being made.
create table snapshot (
    id varchar(64) primary key,
    name varchar(255) unique,
    created_at timestamp(6) with time zone not null,
    container_id varchar(64) not null,
    container_name varchar(255) not null,
    image_id varchar(71),
    spec text not null,
    endpoints text not null,
    labels text not null,
    removed boolean not null
);

-- Copies of calls that have not come to their end: all of a call's copies are there, or none.
create table snapshot_copying (
    container_id varchar(64) primary key
);
