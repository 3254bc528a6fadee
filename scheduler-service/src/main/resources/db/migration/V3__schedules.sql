-- What a pipeline starts by itself, and when it is due; the state is the truth, the columns after it serve queries.
create table schedules (
    id          text        primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null,
    namespace   text        not null,
    due_at      timestamptz,
    upstream    text[]      not null
);

create index schedules_by_due on schedules (due_at) where due_at is not null;
create index schedules_by_upstream on schedules using gin (upstream);
