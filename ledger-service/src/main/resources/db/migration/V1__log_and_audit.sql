-- One row: the tree's size and root, and the lock that makes one appender at a time.
create table head (
    singleton boolean primary key default true check (singleton),
    size bigint not null,
    root bytea  not null
);
-- The root of no entries is the digest of nothing.
insert into head (size, root) values (0, sha256(''::bytea));

create table entries (
    seq             bigint  primary key,
    identity        text    not null unique,
    topic           text    not null,
    kafka_partition integer not null,
    kafka_offset    bigint  not null,
    run             text,
    leaf            bytea   not null,
    unique (topic, kafka_partition, kafka_offset)
);
create index entries_of_run on entries (run, seq);

-- Data that is too large for an entry, which holds its digest.
create table payloads (
    seq     bigint primary key references entries,
    payload bytea not null
);

create table tiles (
    level      integer not null,
    tile_index bigint  not null,
    hashes     bytea   not null,
    primary key (level, tile_index)
);

create table checkpoints (
    size bigint primary key,
    note text not null,
    signed_at timestamptz not null default now()
);

-- Append-only, also for the role that owns the tables.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name using errcode = '42501';
end
$$;

create trigger entries_are_kept before update or delete on entries for each row execute function refuse_change();
create trigger entries_are_not_cut before truncate on entries for each statement execute function refuse_change();
create trigger payloads_are_kept before update or delete on payloads for each row execute function refuse_change();
create trigger payloads_are_not_cut before truncate on payloads for each statement execute function refuse_change();
create trigger checkpoints_are_kept before update or delete on checkpoints for each row execute function refuse_change();
create trigger checkpoints_are_not_cut before truncate on checkpoints for each statement execute function refuse_change();
alter table entries enable always trigger entries_are_kept;
alter table entries enable always trigger entries_are_not_cut;
alter table payloads enable always trigger payloads_are_kept;
alter table payloads enable always trigger payloads_are_not_cut;
alter table checkpoints enable always trigger checkpoints_are_kept;
alter table checkpoints enable always trigger checkpoints_are_not_cut;

create table audit_runs (
    run       text primary key,
    namespace text,
    pipeline  text,
    stage     text  not null,
    ended_at  timestamptz,
    view      jsonb not null
);
create index audit_runs_newest on audit_runs (namespace, run desc);
