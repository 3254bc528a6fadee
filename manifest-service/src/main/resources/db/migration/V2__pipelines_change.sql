-- How often a pipeline was changed; 0 for one that was last changed before changes were counted.
alter table pipelines
    add column revision    bigint not null default 0,
    add column deprecation jsonb,
    -- What it is searched by; generated, so that an instance which knows nothing of it keeps it right, too.
    add column words text generated always as (lower(
        namespace || '/' || name
        || ' ' || coalesce(manifest #>> '{spec,owner,team}', '')
        || ' ' || coalesce(manifest #>> '{spec,owner,contact}', '')
        || ' ' || coalesce(manifest #>> '{spec,runner,type}', '')
        || ' ' || coalesce(manifest #>> '{spec,network,boundary}', ''))) stored;

-- What was decided of each pipeline, never changed: which version was current from when on, and why.
create table pipeline_changes (
    pipeline text        not null references pipelines (id),
    revision bigint      not null,
    kind     text        not null,
    version  text        not null,
    by       text        not null,
    reason   text,
    at       timestamptz not null,
    primary key (pipeline, revision)
);
