-- Of the version's manifest, as it was registered last: a DSSE envelope.
alter table pipelines add column signature jsonb;
alter table pipeline_versions add column signature jsonb;
