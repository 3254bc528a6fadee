-- What decisions were ever made from, document by document, each under the SHA-256 of its body.
create table documents (
    digest    text primary key,
    kind      text        not null,
    name      text        not null,
    body      text        not null,
    stored_at timestamptz not null,
    stored_by text        not null
);

create index documents_by_name on documents (kind, name, stored_at);

-- Whole governances: the digests of their documents, and the files as they were written.
create table versions (
    digest      text primary key,
    parts       jsonb       not null,
    files       jsonb       not null,
    proposed_at timestamptz not null,
    proposed_by text        not null,
    reason      text        not null
);

create index versions_by_time on versions (proposed_at);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'versions stay as they were: % of % is refused', lower(tg_op), tg_table_name
        using errcode = 'insufficient_privilege';
end $$;

create trigger documents_stay before update or delete or truncate on documents
    for each statement execute function refuse_change();
create trigger versions_stay before update or delete or truncate on versions
    for each statement execute function refuse_change();

-- Which version decides, and which is tried beside it: one row, which every decision reads in its own transaction.
create table governance (
    id          text primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null,
    live        text        not null references versions,
    deployed    text        not null references versions,
    shadow      text references versions
);

-- What a version in shadow would have decided, run by run.
create table shadow_verdicts (
    version    text        not null references versions,
    run        text        not null,
    decided_at timestamptz not null,
    was        text        not null,
    would      text,
    difference jsonb,
    primary key (version, run)
);

create index shadow_verdicts_by_time on shadow_verdicts (version, decided_at);
create index shadow_differences on shadow_verdicts (version, decided_at) where difference is not null;
