-- The pipelines that subscribe to a topic are looked up every few seconds.
create index pipelines_with_subscriptions on pipelines (id)
    where jsonb_path_exists(manifest, '$.spec.triggers[*].kafka');

-- Where each subscription goes on. The consumer group's own offsets are for those who watch it: this is what counts, as it changes in the
-- transaction that stores what a record led to.
create table subscription_positions (
    subscription text        not null,
    topic        text        not null,
    partition    int         not null,
    topic_id     text        not null,
    next_offset  bigint      not null,
    left_at      timestamptz,
    primary key (subscription, topic, partition)
);

-- What is gathered for one run; id is the run's. A closed one is handed on, and then deleted.
create table windows (
    id          text primary key,
    trigger     text        not null,
    occurrences int         not null,
    weight      int         not null,
    traceparent text,
    due_at      timestamptz not null,
    closed_at   timestamptz
);

create unique index windows_open on windows (trigger) where closed_at is null;
create index windows_due on windows (due_at) where closed_at is null;
create index windows_closed on windows (closed_at) where closed_at is not null;

-- What was gathered; id is trigger/name. A delivery stays known by its id when its window was handed on, without its entry.
create table occurrences (
    id       text primary key,
    run      text        not null,
    place    int         not null,
    entry    text,
    record   jsonb,
    taken_at timestamptz not null
);

create index occurrences_by_run on occurrences (run, place);
create index occurrences_by_age on occurrences (taken_at);
