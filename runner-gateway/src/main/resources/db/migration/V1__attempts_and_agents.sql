create table attempts (
    id          text primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null,
    run         text        not null,
    status      text        not null,
    runner_type text,
    boundary    text,
    agent       text,
    queued_at   timestamptz,
    since       timestamptz,
    stop_wanted boolean     not null default false
);

create index attempts_of_run on attempts (run);
create index attempts_open on attempts (status, queued_at) where status <> 'ended';

create table agents (
    id           text primary key,
    last_seen    timestamptz not null,
    capabilities text        not null
);
