alter table attempts add column region text;

drop index attempts_open;
create index attempts_open on attempts (status, since) where status <> 'ended';
create index attempts_offerable on attempts (queued_at) where status in ('queued', 'offered', 'pending');

create table beats (
    attempt    text primary key,
    last_heard timestamptz not null
);
