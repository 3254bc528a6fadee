-- The sums of each budget in each period, over the runs that it pays. Exact to ten decimal places, as amounts are.
create table accounts (
    budget   text            not null,
    period   text            not null,
    reserved numeric(30, 10) not null check (reserved >= 0),
    spent    numeric(30, 10) not null,
    primary key (budget, period)
);

-- What a run was thought to cost, and what it did; for reports.
alter table decisions
    add column runner      text,
    add column cost_center text,
    add column likely      numeric(30, 10),
    add column actual      numeric(30, 10),
    add column currency    text,
    add column ended_at    timestamptz;

create index decisions_by_end on decisions (ended_at) where ended_at is not null;
