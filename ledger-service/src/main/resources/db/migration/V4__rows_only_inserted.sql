-- The log as rows that are only ever inserted: the role that writes it needs, and has, no other right to it. What was replaced before
-- (the tiles at the right edge, the head) is now read off the rows that it follows from.

alter table entries rename to unpartitioned;
alter index entries_by_run rename to unpartitioned_by_run;

-- By ranges of seq, not of time: seq is the key, so that it stays unique over all partitions; a range begins and ends with a full tile of
-- level 1, so that what is archived and what is detached are the same entries; and a clock that is wrong puts nothing elsewhere.
create table entries (
    seq             bigint      primary key,
    topic           text        not null,
    kafka_partition integer     not null,
    kafka_offset    bigint      not null,
    -- How often the broker gave this place to another record before: above 0 only after a topic lost records or was made anew.
    generation      integer     not null,
    type            text,
    run             uuid,
    -- The event's own; null for a record that says none.
    event_time      timestamptz,
    leaf            bytea       not null
) partition by range (seq);

alter table entries alter column leaf set storage external;
create index entries_by_run on entries (run, seq) where run is not null;

-- By which a record that its producer sent again is recognised: minutes of its time, then a digest of all but its place. The time in
-- front keeps neighbours in time neighbours in the index.
create table facts (
    fact bytea primary key
);

alter table tiles rename to replaced_tiles;

-- Full tiles; narrower ones follow from what checkpoints added (level 0) or from the roots of the tiles below.
create table tiles (
    level      integer not null,
    tile_index bigint  not null,
    hashes     bytea   not null check (length(hashes) = 8192),
    root       bytea   not null check (length(root) = 32),
    primary key (level, tile_index)
);

-- Hashes don't compress.
alter table tiles alter column hashes set storage external;

insert into tiles (level, tile_index, hashes, root)
select below.level, below.tile_index, below.hashes,
       substring(above.hashes from (below.tile_index % 256)::integer * 32 + 1 for 32)
from replaced_tiles below
join replaced_tiles above on above.level = below.level + 1 and above.tile_index = below.tile_index / 256
where below.width = 256;

-- With the hashes of the entries since the one before, so that whoever changes, moves or removes an entry is found out.
alter table checkpoints add column sequence bigint, add column added bytea check (length(added) % 32 = 0);
alter table checkpoints alter column added set storage external;
alter table checkpoints disable trigger checkpoints_only_grow;
update checkpoints set
    sequence = counted.sequence,
    added = (select coalesce(string_agg(sha256('\x00'::bytea || leaf), ''::bytea order by seq), '')
        from unpartitioned where seq >= counted.before and seq < counted.size)
from (select size, row_number() over (order by size) as sequence, lag(size, 1, 0::bigint) over (order by size) as before
    from checkpoints) counted
where counted.size = checkpoints.size;
alter table checkpoints enable always trigger checkpoints_only_grow;
alter table checkpoints alter column sequence set not null, alter column added set not null;
alter table checkpoints add unique (sequence);

-- May be called by the role that writes: adds the partition that begins with this entry, if it is missing and will soon be needed.
create function add_entries_partition(first bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    rows_max constant bigint := 1048576;
    partition text := 'entries_' || (first / rows_max);
begin
    if first % rows_max <> 0 or first < 0
            or first > (select coalesce(max(size), 0) from checkpoints) + 2 * rows_max then
        raise exception 'no partition of entries begins with %', first using errcode = 'invalid_parameter_value';
    end if;
    if to_regclass(partition) is not null then
        return;
    end if;
    execute format('create table %I (like entries including defaults including constraints including storage)', partition);
    execute format('alter table %I set (toast_tuple_target = 8160)', partition);
    execute format('create unique index on %I (topic, kafka_partition, kafka_offset, generation)', partition);
    execute format('create trigger entries_only_grow before update or delete or truncate on %I'
        ' for each statement execute function refuse_change()', partition);
    execute format('alter table %I enable always trigger entries_only_grow', partition);
    -- Entries are written and read by way of the whole table alone.
    execute (select coalesce(string_agg(format('revoke all on %I from %s', partition, grantee::regrole), ';'), 'select 1')
        from (select distinct grantee from pg_class, aclexplode(relacl)
            where oid = to_regclass(partition) and grantee not in (relowner, 0)) others);
    -- Attached, not created in place: that waits for nobody who reads.
    execute format('alter table entries attach partition %I for values from (%s) to (%s)', partition, first, first + rows_max);
end
$$;

do $$
declare
    rows_max constant bigint := 1048576;
begin
    for n in 0..coalesce((select max(seq) from unpartitioned), 0) / rows_max loop
        perform add_entries_partition(n * rows_max);
    end loop;
end
$$;

insert into entries
select seq, topic, kafka_partition, kafka_offset, generation, type, run, event_time, leaf
from unpartitioned order by seq;

alter table entry_payloads drop constraint entry_payloads_seq_fkey;
drop table unpartitioned, replaced_tiles, head;
drop function refuse_shrinking_tile, refuse_shrinking_head;

create trigger entries_only_grow before update or delete or truncate on entries
    for each statement execute function refuse_change();
create trigger tiles_only_grow before update or delete or truncate on tiles
    for each statement execute function refuse_change();
create trigger facts_only_grow before update or delete or truncate on facts
    for each statement execute function refuse_change();
alter table entries enable always trigger entries_only_grow;
alter table tiles enable always trigger tiles_only_grow;
alter table facts enable always trigger facts_only_grow;

-- What the background check found wrong. Nobody who can write to the log can take a finding back.
create table findings (
    id         bigint generated always as identity primary key,
    found_at   timestamptz not null default now(),
    kind       text        not null,
    place      text        not null,
    seq        bigint,
    field      text        not null,
    detail     text        not null,
    unique (kind, place, field)
);
create trigger findings_only_grow before update or delete or truncate on findings
    for each statement execute function refuse_change();
alter table findings enable always trigger findings_only_grow;

-- Where the check of all entries goes on.
create table check_progress (
    only_row boolean     primary key default true check (only_row),
    next     bigint      not null,
    began_at timestamptz,
    ended_at timestamptz,
    entries  bigint      not null
);
insert into check_progress (next, entries) values (0, 0);

-- Numbers of the events that a producer stated about a run, as far as they are entries: a read model, filled with the audit records. To
-- add the same event again changes nothing.
create table event_sequences (
    source     text          not null,
    run        uuid          not null,
    seen       int8multirange not null,
    changed_at timestamptz   not null,
    primary key (source, run)
);

-- Offsets without an entry that hold no record which should be one.
create table explained_gaps (
    topic           text    not null,
    kafka_partition integer not null,
    first           bigint  not null,
    last            bigint  not null,
    why             text    not null,
    primary key (topic, kafka_partition, first)
);
