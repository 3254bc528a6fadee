-- Decisions that wait for people. The columns are filled from the state; what was decided before gets them here.
alter table decisions
    add column namespace  text,
    add column pipeline   text,
    add column outcome    text,
    add column decided_at timestamptz,
    add column due_at     timestamptz,
    add column submitter  text,
    add column approvers  text[] not null default '{}';

update decisions
set namespace  = state ->> 'namespace',
    pipeline   = state ->> 'pipeline',
    outcome    = lower(state ->> 'is'),
    decided_at = (state ->> 'at')::timestamptz;

-- An instance of the version before, which knows no such columns, works on until it is replaced.
create function fill_decision() returns trigger language plpgsql as $$
begin
    new.namespace  := new.state ->> 'namespace';
    new.pipeline   := new.state ->> 'pipeline';
    new.outcome    := lower(new.state ->> 'is');
    new.decided_at := (new.state ->> 'at')::timestamptz;
    return new;
end $$;

create trigger filled before insert on decisions
    for each row when (new.outcome is null) execute function fill_decision();

alter table decisions
    alter column outcome set not null,
    -- Whatever the service thinks: who submitted a run is not among those who approved it.
    add constraint submitter_never_approves check (submitter is null or not submitter = any (approvers));

create index decisions_held on decisions (due_at) where outcome = 'held';
create index decisions_of_pipeline on decisions (namespace, pipeline, decided_at);
create index decisions_by_time on decisions (decided_at);
