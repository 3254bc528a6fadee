-- How much of each run was told to data catalogues; kept when audit records are made anew, so that nothing is told twice.
create table lineage_told (
    run  uuid primary key,
    told text not null
);

-- OpenLineage events that are to be sent, in order; those that the receiver will never take say why.
create table lineage_outbox (
    id      bigint generated always as identity primary key,
    run     uuid   not null,
    event   text   not null,
    refused text
);

create index lineage_outbox_unsent on lineage_outbox (id) where refused is null;
