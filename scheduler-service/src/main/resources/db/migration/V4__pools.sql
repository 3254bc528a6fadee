-- Desired capacity of the runners of one type in one boundary; the state is the truth, the column after it serves a query.
create table pools (
    id          text        primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null,
    desired     integer     not null
);

-- Capacity that is kept ready in a pool though nothing is to be done.
alter table controls add column least integer;

-- What may be stopped for something more urgent, and what is being stopped for it.
alter table runs
    add column priority   integer not null default 1,
    add column preempting integer not null default 0;

create index runs_by_preemptible on runs (namespace, priority, rank) where preemptible > 0;
