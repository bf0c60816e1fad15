create table build (
    id varchar(64) primary key,
    started_at timestamp(6) with time zone not null
);

create table build_cache (
    id varchar(64) primary key,
    kind varchar(32) not null,
    image_id varchar(71),
    parent_id varchar(71),
    description text not null,
    created_at timestamp(6) with time zone not null,
    last_used_at timestamp(6) with time zone not null,
    usages integer not null
);
