-- Names by digest, "repository@digest": of the image's manifest, or of an index that names its manifest.
create table image_digest (
    name varchar(680) primary key,
    image_id varchar(71) not null references image (id)
);

create index image_digest_image on image_digest (image_id);
