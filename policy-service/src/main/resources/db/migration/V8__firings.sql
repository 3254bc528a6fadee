-- When each rule spoke: inserted with the decision that it spoke about. Decisions of before are not in it, see firings_counted.
create table firings (
    rule       text        not null,
    decided_at timestamptz not null,
    run        text        not null,
    primary key (rule, decided_at, run)
);

-- Since when they are: one row.
create table firings_counted (since timestamptz not null);
insert into firings_counted values (now());

create index decisions_exempted_by_time on decisions (decided_at) where exemptions <> '{}';
