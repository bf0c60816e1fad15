-- What happened, the latest of it; the number is its place in the order of all events.
create table event (
    number bigint primary key,
    time_nanos bigint not null,
    type varchar(32) not null,
    action text not null,
    actor_id text not null,
    attributes text not null
);
