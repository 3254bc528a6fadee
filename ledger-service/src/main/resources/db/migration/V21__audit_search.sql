-- Audit records by whatever people ask for. They are a read model: emptied here, they are made again from the log at the next start.
update audit_progress set applied = 0;
delete from audit_runs;
delete from event_sequences;

alter table audit_runs
    alter column submitted_at set not null,
    add column submitter        text,
    add column runner           text,
    add column boundary         text,
    add column policy_set       text,
    -- The rules that spoke, each with its level before it, such as deny:cost-ceiling.
    add column rules            varchar[],
    add column boundary_finding boolean not null default false,
    add column cost_center      text,
    add column cost             numeric,
    add column estimate         numeric,
    add column currency         text;

drop index audit_runs_by_time;
drop index audit_runs_by_pipeline;
create index audit_runs_by_time on audit_runs (submitted_at desc, run);
create index audit_runs_by_pipeline on audit_runs (namespace, pipeline, submitted_at desc, run);
create index audit_runs_by_submitter on audit_runs (submitter, submitted_at desc, run);
create index audit_runs_by_boundary on audit_runs (boundary, submitted_at desc, run);
create index audit_runs_by_runner on audit_runs (runner, submitted_at desc, run);
create index audit_runs_by_state on audit_runs (state, submitted_at desc, run);
create index audit_runs_by_policy_set on audit_runs (policy_set, submitted_at desc, run);
create index audit_runs_by_rule on audit_runs using gin (rules);
create index audit_runs_with_boundary_finding on audit_runs (submitted_at desc, run) where boundary_finding;

create table audit_attempts (
    attempt       text    primary key,
    run           uuid    not null,
    task          integer not null,
    number        integer not null,
    outcome       text,
    failure_class text,
    has_evidence  boolean not null,
    ended_at      timestamptz,
    record        text    not null
);

create index audit_attempts_by_run on audit_attempts (run, task, number);
create index audit_attempts_without_evidence on audit_attempts (ended_at) where outcome = 'succeeded' and not has_evidence;
create index audit_attempts_against_boundary on audit_attempts (ended_at) where failure_class = 'boundary-violation';
