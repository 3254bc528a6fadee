-- Permits that policy-service took back: whatever is dispatched for these runs is not started.
create table revocations (
    run        text primary key,
    reason     text        not null,
    revoked_at timestamptz not null
);
