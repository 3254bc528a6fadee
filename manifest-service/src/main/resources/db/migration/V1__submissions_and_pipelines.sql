create table submissions (
    id          text primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null,
    namespace   text,
    pipeline    text
);

-- Versions are never changed; the highest id is the latest.
create table pipelines (
    id            bigint generated always as identity primary key,
    namespace     text        not null,
    name          text        not null,
    version       text        not null,
    manifest      jsonb       not null,
    registered_at timestamptz not null
);

create index pipelines_latest on pipelines (namespace, name, id desc);

create table webhooks (
    id        bigint generated always as identity primary key,
    namespace text not null,
    hook      text not null,
    pipeline  text not null,
    secret    text not null,
    unique (namespace, hook)
);
