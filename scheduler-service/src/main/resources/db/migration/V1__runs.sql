-- One row per run; the state is the truth, the columns after it serve queries.
create table runs (
    id          text        primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null,
    namespace   text,
    pipeline    text,
    status      text        not null,
    arrived_at  timestamptz not null,
    next_due_at timestamptz,
    summary     jsonb       not null
);

-- Lists are read newest first, and paged by the last run of the page before.
create index runs_by_arrival on runs (arrived_at desc, id desc);
create index runs_by_pipeline on runs (namespace, pipeline, arrived_at desc, id desc);
create index runs_by_status on runs (status, arrived_at desc, id desc);

-- Few rows at any time: runs with a task that waits for a retry.
create index runs_by_due on runs (next_due_at) where next_due_at is not null;
