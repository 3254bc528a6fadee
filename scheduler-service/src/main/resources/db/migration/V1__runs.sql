create table runs (
    id          text primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null,
    namespace   text,
    pipeline    text,
    status      text        not null,
    next_due_at timestamptz
);

create index runs_newest on runs (namespace, id desc);
create index runs_due on runs (next_due_at) where next_due_at is not null;
