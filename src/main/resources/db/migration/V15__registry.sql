create table registry_blob (
    repository varchar(600) not null,
    digest varchar(71) not null,
    size_bytes bigint not null,
    touched_at timestamp(6) with time zone not null,
    primary key (repository, digest)
);

create index registry_blob_digest on registry_blob (digest);

create table registry_manifest (
    repository varchar(600) not null,
    digest varchar(71) not null,
    media_type varchar(255) not null,
    size_bytes bigint not null,
    artifact_type varchar(255) not null,
    subject varchar(71),
    image_id varchar(71),
    pushed_at timestamp(6) with time zone not null,
    primary key (repository, digest)
);

create index registry_manifest_digest on registry_manifest (digest);
create index registry_manifest_subject on registry_manifest (repository, subject);

create table registry_reference (
    repository varchar(600) not null,
    manifest_digest varchar(71) not null,
    target varchar(71) not null,
    primary key (repository, manifest_digest, target),
    foreign key (repository, manifest_digest) references registry_manifest (repository, digest)
);

create index registry_reference_target on registry_reference (repository, target);

create table registry_tag (
    repository varchar(600) not null,
    tag varchar(128) not null,
    digest varchar(71) not null,
    image_id varchar(71),
    tagged_at timestamp(6) with time zone not null,
    primary key (repository, tag),
    foreign key (repository, digest) references registry_manifest (repository, digest)
);

create index registry_tag_digest on registry_tag (repository, digest);
