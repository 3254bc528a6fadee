alter table attempts add column bundle uuid;
create index attempts_of_bundle on attempts (bundle) where bundle is not null;

-- An agent is known by its key; those that had none enrol.
drop table agents;
create table agents (
    id             text primary key,
    public_key     text        not null,
    rights         text        not null,
    air_gap        boolean     not null,
    enrolled_at    timestamptz not null,
    session        bigint      not null default 0,
    place          text,
    agent_version  text,
    session_since  timestamptz,
    last_seen      timestamptz,
    capabilities   text,
    draining       boolean     not null default false,
    revoked_at     timestamptz,
    revoked_reason text
);

create table enrolment_tokens (
    digest      text primary key,
    agent       text,
    rights      text not null,
    valid_until timestamptz,
    used_by     text
);

create table bundles (
    id          uuid primary key,
    agent       text        not null,
    exported_at timestamptz not null,
    until       timestamptz not null,
    envelope    text        not null
);
