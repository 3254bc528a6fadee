-- How long a task of a run took on the average; null unless the run has succeeded. What estimates of later runs are made from.
alter table decisions add column task_nanos bigint;

create index decisions_told_by_pipeline on decisions (namespace, pipeline, runner, ended_at desc)
    where task_nanos is not null;
