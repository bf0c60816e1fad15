create table account (
    id varchar(32) primary key,
    name varchar(64) not null unique,
    role varchar(16) not null,
    password_hash varchar(255) not null,
    created_at timestamp(6) with time zone not null,
    password_changed_at timestamp(6) with time zone not null
);

create table token (
    id varchar(32) primary key,
    account_id varchar(32) not null references account (id),
    name varchar(100) not null,
    secret_hash varchar(64) not null unique,
    created_at timestamp(6) with time zone not null,
    expires_at timestamp(6) with time zone,
    last_used_at timestamp(6) with time zone,
    revoked_at timestamp(6) with time zone
);

create index token_account on token (account_id);

create table sign_in (
    secret_hash varchar(64) primary key,
    account_id varchar(32) not null references account (id),
    created_at timestamp(6) with time zone not null,
    expires_at timestamp(6) with time zone not null
);

create index sign_in_account on sign_in (account_id);
