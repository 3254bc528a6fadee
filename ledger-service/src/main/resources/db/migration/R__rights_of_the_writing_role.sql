-- The role that writes, if it is another than the one that owns all this and migrates it: may insert into the log and read it.
do $$
begin
    if '${writer}' <> current_user then
        grant usage on schema public to "${writer}";
        grant select, insert, update, delete on all tables in schema public to "${writer}";
        grant usage on all sequences in schema public to "${writer}";
        revoke all on entries, entry_payloads, facts, tiles, checkpoints, findings from "${writer}";
        execute (select string_agg(format('revoke all on %I from %I', tablename, '${writer}'), ';')
            from pg_tables where schemaname = 'public' and (tablename ~ '^entries_[0-9]+$' or tablename like 'flyway%'));
        grant select on flyway_schema_history to "${writer}";
        grant select, insert on entries, entry_payloads, facts, tiles, checkpoints, findings to "${writer}";
        alter default privileges in schema public grant select, insert, update, delete on tables to "${writer}";
        alter default privileges in schema public grant usage on sequences to "${writer}";
    end if;
end
$$;
