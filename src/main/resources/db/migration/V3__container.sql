create table container (
    id varchar(64) primary key,
    name varchar(255) not null unique,
    image_id varchar(71) not null,
    spec text not null,
    status varchar(16) not null,
    pid integer not null,
    exit_code integer not null,
    oom_killed boolean not null,
    error text not null,
    started_at timestamp(6) with time zone,
    finished_at timestamp(6) with time zone
);

create index container_image on container (image_id);
