create table image (
    id varchar(71) primary key,
    manifest_digest varchar(71),
    config text not null,
    added_at timestamp(6) with time zone not null,
    removed boolean not null
);

create table layer (
    id varchar(32) primary key,
    diff_id varchar(71) not null,
    variant varchar(71) not null,
    implied text not null,
    size_bytes bigint not null,
    constraint layer_variant unique (diff_id, variant)
);

create table image_layer (
    image_id varchar(71) not null references image (id),
    position integer not null,
    layer_id varchar(32) not null references layer (id),
    blob_digest varchar(71) not null,
    primary key (image_id, position)
);

create index image_layer_layer on image_layer (layer_id);

create table image_name (
    name varchar(600) primary key,
    image_id varchar(71) not null references image (id),
    tagged_at timestamp(6) with time zone not null
);

create index image_name_image on image_name (image_id);
