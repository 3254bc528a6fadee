-- What became of each submission, by run.
create table submissions (
    id          text primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null
);

-- The current version of each registered pipeline; id is namespace/name.
create table pipelines (
    id            text primary key,
    namespace     text        not null,
    name          text        not null,
    version       text        not null,
    manifest      jsonb       not null,
    registered_at timestamptz not null
);

create index pipelines_by_namespace on pipelines (namespace, name);

-- Every version that was ever registered, never changed; id is namespace/name@version.
create table pipeline_versions (
    id            text primary key,
    pipeline      text        not null references pipelines (id),
    version       text        not null,
    manifest      jsonb       not null,
    registered_at timestamptz not null
);

create index pipeline_versions_by_pipeline on pipeline_versions (pipeline, registered_at desc);

-- The webhooks of the current versions; id is namespace/hook.
create table hooks (
    id       text primary key,
    pipeline text not null references pipelines (id),
    secret   text not null
);

create index hooks_by_pipeline on hooks (pipeline);
