-- Events between their commit here and their arrival on the broker; a row is unsent as long as it exists.
create sequence outbox_id increment by 500;

create table outbox (
    id           bigint primary key,
    topic        text        not null,
    record_key   text,
    headers      text        not null,
    record_value bytea,
    created_at   timestamptz not null default now()
);

create index outbox_by_key on outbox (record_key);

-- Almost always empty, and churned by every batch: keep its dead rows few.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
