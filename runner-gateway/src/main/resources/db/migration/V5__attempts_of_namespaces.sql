-- Who may see an attempt is asked by its namespace. Of one that has ended, the state does not say it any more: its boundary's owners
-- and those who see all namespaces still do.
alter table attempts add column namespace text;
update attempts set namespace = cast(state as jsonb) -> 'work' ->> 'namespace';
