create table network (
    id varchar(64) primary key,
    name varchar(255) not null unique,
    created_at timestamp(6) with time zone not null,
    spec text not null,
    further_bridges text not null,
    removing boolean not null
);

-- A container's place on a network; what it has there is null while it does not run.
create table endpoint (
    id varchar(64) primary key,
    network_id varchar(64) not null references network (id),
    container_id varchar(64) not null,
    settings text not null,
    names text not null,
    lease text,
    constraint endpoint_place unique (container_id, network_id)
);

create index endpoint_network on endpoint (network_id);

create table published_port (
    id varchar(80) primary key,
    container_id varchar(64) not null,
    protocol varchar(4) not null,
    host_address varchar(45) not null,
    host_port integer not null,
    container_port integer not null
);

create index published_port_container on published_port (container_id);
