-- Leave to pass by a rule. The columns are filled from the state.
create table exemptions (
    id          text primary key,
    version     bigint      not null,
    traceparent text        not null,
    state       jsonb       not null,
    updated_at  timestamptz not null,
    namespace   text        not null,
    rule        text        not null,
    standing    text        not null,
    proposed_at timestamptz not null,
    proposed_by text        not null,
    granted_by  text,
    holds_until timestamptz not null,
    -- Whatever the service thinks: it takes two people.
    constraint proposer_never_grants check (granted_by is null or granted_by <> proposed_by),
    constraint nothing_holds_ungranted check (standing not in ('granted', 'revoked') or granted_by is not null)
);

create index exemptions_in_force on exemptions (namespace) where standing = 'granted';
create index exemptions_open on exemptions (holds_until) where standing in ('proposed', 'granted');
create index exemptions_revoked on exemptions (id) where standing = 'revoked';
create index exemptions_by_time on exemptions (proposed_at);

-- What permitted runs took of each: added to in the transactions of the decisions.
create table exemption_uses (
    exemption  text            not null references exemptions,
    currency   text            not null,
    runs       bigint          not null,
    cost       numeric(30, 10) not null,
    first_used timestamptz     not null,
    last_used  timestamptz     not null,
    primary key (exemption, currency)
);

-- Those that let a run pass by a rule. An instance of the version before knows of none, and uses none.
alter table decisions add column exemptions text[] not null default '{}';

create index decisions_exempted on decisions using gin (exemptions) where exemptions <> '{}';
create index permits_on_exemptions on decisions (id)
    where exemptions <> '{}' and outcome = 'permitted' and ended_at is null;
