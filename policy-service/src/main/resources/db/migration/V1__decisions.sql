-- What was decided on each run; id is the run's.
create table decisions (
    id          text primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null
);
