create table volume (
    id varchar(64) primary key,
    name varchar(255) not null unique,
    created_at timestamp(6) with time zone not null,
    labels text not null,
    options text not null,
    anonymous boolean not null,
    populated boolean not null,
    removing boolean default false not null
);
