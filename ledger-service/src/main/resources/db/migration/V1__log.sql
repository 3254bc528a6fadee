-- The log: one row per entry, without gaps from 0. The leaf is what its hash is made of; the columns beside it only serve queries.
create table entries (
    seq             bigint      primary key,
    topic           text        not null,
    kafka_partition integer     not null,
    kafka_offset    bigint      not null,
    -- How often the broker gave this place to another record before: above 0 only after a topic lost records or was made anew.
    generation      integer     not null default 0,
    event_id        text,
    type            text,
    run             uuid,
    event_time      timestamptz not null,
    leaf            bytea       not null,
    -- Digest of all but the place, by which what a producer sent again is recognised; null for a record without an id of its own.
    fact            bytea       unique,
    unique (topic, kafka_partition, kafka_offset, generation)
);

create index entries_by_run on entries (run, seq) where run is not null;

-- Leaves of some kilobytes stay in the row as they are: compressing each would cost more than the space it saves.
alter table entries alter column leaf set storage external;
alter table entries set (toast_tuple_target = 8160);

-- What a leaf names only by digest. Not part of the log: it may be erased without harm to any proof.
create table entry_payloads (
    seq   bigint primary key references entries,
    bytes bytea not null
);

create table tiles (
    level      integer not null,
    tile_index bigint  not null,
    width      integer not null check (width between 1 and 256),
    hashes     bytea   not null check (length(hashes) = 32 * width),
    primary key (level, tile_index)
);

-- The appender holds this row's lock from reading the size until its entries are committed, so that there is one order.
create table head (
    only_row boolean primary key default true check (only_row),
    size     bigint  not null,
    root     bytea   not null,
    signed   bigint  not null
);

insert into head (size, root, signed) values (0, sha256(''), 0);

create table checkpoints (
    size      bigint      primary key,
    note      text        not null,
    signed_at timestamptz not null
);

-- Audit records: a read model of the entries, filled up to applied. Emptied and with applied = 0 they are made again at the next start.
create table audit_runs (
    run          uuid   primary key,
    namespace    text,
    pipeline     text,
    state        text,
    submitted_at timestamptz,
    ended_at     timestamptz,
    record       text   not null
);

create index audit_runs_by_time on audit_runs (submitted_at desc nulls last);
create index audit_runs_by_pipeline on audit_runs (namespace, pipeline, submitted_at desc nulls last);

create table audit_progress (
    only_row boolean primary key default true check (only_row),
    applied  bigint  not null
);

insert into audit_progress (applied) values (0);

-- The log only grows, whoever asks. The triggers fire for the tables' owner and for a replication role, too; who takes them away is
-- found out by whoever holds an older checkpoint.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger only grows: % of % is refused', lower(tg_op), tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

create function refuse_shrinking_tile() returns trigger language plpgsql as $$
begin
    if new.level <> old.level or new.tile_index <> old.tile_index
            or substring(new.hashes for length(old.hashes)) <> old.hashes then
        raise exception 'the ledger only grows: tile %/% may be continued, not changed', old.level, old.tile_index
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

create function refuse_shrinking_head() returns trigger language plpgsql as $$
begin
    if new.size < old.size or (new.size = old.size and new.root <> old.root) or new.signed < old.signed then
        raise exception 'the ledger only grows: its size is %, found %', old.size, new.size
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

create trigger entries_only_grow before update or delete or truncate on entries
    for each statement execute function refuse_change();
create trigger checkpoints_only_grow before update or delete or truncate on checkpoints
    for each statement execute function refuse_change();
create trigger tiles_stay before delete or truncate on tiles
    for each statement execute function refuse_change();
create trigger tiles_only_grow before update on tiles
    for each row execute function refuse_shrinking_tile();
create trigger head_stays before delete or truncate on head
    for each statement execute function refuse_change();
create trigger head_only_grows before update on head
    for each row execute function refuse_shrinking_head();

alter table entries enable always trigger entries_only_grow;
alter table checkpoints enable always trigger checkpoints_only_grow;
alter table tiles enable always trigger tiles_stay;
alter table tiles enable always trigger tiles_only_grow;
alter table head enable always trigger head_stays;
alter table head enable always trigger head_only_grows;
