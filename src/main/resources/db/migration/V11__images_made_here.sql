-- Images that are made here. A large layer has a digest of its own making until its archive has been read; what its archive's
-- digest is, once that is known, stands beside it, and so does the id that the image has elsewhere.
alter table image add column parent_id varchar(71);
alter table image add column published_id varchar(71);
create index image_published on image (published_id);

alter table layer add column pending boolean default false not null;
alter table layer add column settled_diff_id varchar(71);

-- Directories that are being made layers of, and where each of them goes back to when nothing comes of that.
create table layer_taking (
    layer_id varchar(32) primary key,
    origin text not null,
    first_user integer not null,
    user_count integer not null
);

-- Which image's layers a container stands on, where these are not those of the image that it was made from.
alter table container add column root_image_id varchar(71);
create index container_root_image on container (root_image_id);
