-- The newest checkpoint that enough witnesses cosigned, for serving.
create table cosigned_checkpoints (
    size      bigint      primary key,
    note      text        not null,
    signed_at timestamptz not null
);
