-- What a run takes of limits and what it would take; filled from its state with every change.
alter table runs
    add column runner_type text,
    add column boundary    text,
    add column held        integer          not null default 0,
    add column wanted      integer          not null default 0,
    add column preemptible integer          not null default 0,
    add column rank        timestamptz      not null default 'epoch',
    add column task_cost   double precision not null default 0;

-- Runs of before: what was out holds its place; what waits for a retry wants its place when it is due.
update runs
set held        = coalesce((summary ->> 'outstanding')::integer, 0),
    runner_type = upper(summary -> 'placement' ->> 'runnerType'),
    boundary    = summary -> 'placement' ->> 'boundary'
where status in ('QUEUED', 'RUNNING', 'FAILING', 'CANCELLING');

-- The queues: runs that would dispatch something, in each lane by rank.
create index runs_by_lane on runs (namespace, pipeline, runner_type, boundary, rank, id) where wanted > 0;

-- What is out: as many rows as there are runs with attempts out, however many wait.
create index runs_by_held on runs (namespace, pipeline, runner_type, boundary) include (held) where held > 0;

-- What changes by itself with time: use/NAMESPACE and starts/SCOPE, as they stood at a time.
create table meters (
    id    text             primary key,
    value double precision not null,
    at    timestamptz      not null
);

-- What was set of scopes; the state is the truth, the columns after it serve the admission.
create table controls (
    id                text        primary key,
    version           bigint      not null,
    traceparent       text        not null,
    state             jsonb       not null,
    updated_at        timestamptz not null,
    mode              text        not null,
    reason            text,
    most              integer,
    starts_per_second double precision,
    weight            double precision not null
);
