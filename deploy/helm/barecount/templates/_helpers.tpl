{{- define "barecount.labels" -}}
app.kubernetes.io/part-of: barecount
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/name: {{ .name }}
{{- end }}

{{- /* The database, and its role, are named after the service. */ -}}
{{- define "barecount.database" -}}
{{- trimPrefix "runner-" . | trimSuffix "-service" -}}
{{- end }}

{{- define "barecount.databaseHost" -}}
{{- if .root.Values.database.cloudNativePg.enabled -}}
{{ .root.Release.Name }}-{{ include "barecount.database" .name }}-rw
{{- else -}}
{{ .root.Values.database.host }}
{{- end -}}
{{- end }}

{{- /* Whether the services and the console have users of their own on the cluster. */ -}}
{{- define "barecount.kafkaUser" -}}
{{- if and .root.Values.kafka.strimzi.enabled .root.Values.kafka.strimzi.users }}true{{ end -}}
{{- end }}

{{- /* What each service reads and writes; contracts/TopicAccess is the one place that says these, and a test compares. */ -}}
{{- define "barecount.access" -}}
manifest-service:
  reads: [barecount.submissions]
  writes: [barecount.controls, barecount.manifests, barecount.submissions, barecount.submissions.dlq]
policy-service:
  reads: [barecount.manifests, barecount.runs]
  writes: [barecount.decisions, barecount.governance, barecount.manifests.dlq, barecount.runs.dlq]
scheduler-service:
  reads: [barecount.controls, barecount.decisions, barecount.executions, barecount.manifests, barecount.runs]
  writes:
    - barecount.controls
    - barecount.controls.dlq
    - barecount.decisions.dlq
    - barecount.dispatches
    - barecount.executions.dlq
    - barecount.manifests.dlq
    - barecount.runs
    - barecount.runs.dlq
    - barecount.submissions
runner-gateway:
  reads: [barecount.decisions, barecount.dispatches]
  writes: [barecount.decisions.dlq, barecount.dispatches.dlq, barecount.executions]
ledger-service:
  reads:
    - barecount.controls
    - barecount.controls.dlq
    - barecount.decisions
    - barecount.decisions.dlq
    - barecount.dispatches
    - barecount.dispatches.dlq
    - barecount.executions
    - barecount.executions.dlq
    - barecount.governance
    - barecount.governance.dlq
    - barecount.manifests
    - barecount.manifests.dlq
    - barecount.runs
    - barecount.runs.dlq
    - barecount.submissions
    - barecount.submissions.dlq
  writes: [barecount.checkpoints]
{{- end }}

{{- define "barecount.volumes" -}}
- name: tmp
  emptyDir: {}
{{- if include "barecount.kafkaUser" . }}
- name: kafka-ca
  secret: {secretName: {{ .root.Values.kafka.strimzi.cluster }}-cluster-ca-cert, defaultMode: 0440}
{{- end }}
{{- if eq .name "manifest-service" }}
- name: webhooks
  secret: {secretName: {{ .root.Values.webhookSecrets }}, defaultMode: 0440}
{{- else if eq .name "policy-service" }}
- name: permit
  secret: {secretName: {{ .root.Values.keys.permit }}, defaultMode: 0440}
- name: policies
  configMap: {name: {{ .root.Values.governance.policies }}}
- name: boundaries
  configMap: {name: {{ .root.Values.governance.boundaries }}}
- name: prices
  configMap: {name: {{ .root.Values.governance.prices }}}
{{- else if eq .name "runner-gateway" }}
- name: permit-public
  secret: {secretName: {{ .root.Values.keys.permitPublic }}, defaultMode: 0440}
- name: evidence
  secret: {secretName: {{ .root.Values.keys.evidence }}, defaultMode: 0440}
{{- else if eq .name "ledger-service" }}
- name: checkpoint
  secret: {secretName: {{ .root.Values.keys.checkpoint }}, defaultMode: 0440}
- name: checkpoints
  persistentVolumeClaim: {claimName: {{ .root.Release.Name }}-checkpoints}
{{- end }}
{{- end }}

{{- define "barecount.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if include "barecount.kafkaUser" . }}
- {name: kafka-ca, mountPath: /etc/barecount/kafka, readOnly: true}
{{- end }}
{{- if eq .name "manifest-service" }}
- {name: webhooks, mountPath: /etc/barecount/secrets, readOnly: true}
{{- else if eq .name "policy-service" }}
- {name: permit, mountPath: /etc/barecount/permit, readOnly: true}
- {name: policies, mountPath: /etc/barecount/governance/policies, readOnly: true}
- {name: boundaries, mountPath: /etc/barecount/governance/boundaries, readOnly: true}
- {name: prices, mountPath: /etc/barecount/governance/prices, readOnly: true}
{{- else if eq .name "runner-gateway" }}
- {name: permit-public, mountPath: /etc/barecount/permit-public, readOnly: true}
- {name: evidence, mountPath: /etc/barecount/evidence, readOnly: true}
{{- else if eq .name "ledger-service" }}
- {name: checkpoint, mountPath: /etc/barecount/checkpoint, readOnly: true}
- {name: checkpoints, mountPath: /var/lib/barecount/checkpoints}
{{- end }}
{{- end }}

{{- define "barecount.environment" -}}
{{- $database := include "barecount.database" .name -}}
- {name: QUARKUS_HTTP_HOST, value: 0.0.0.0}
- {name: QUARKUS_HTTP_PORT, value: "8080"}
- {name: QUARKUS_SHUTDOWN_DELAY, value: 5S}
- {name: QUARKUS_SHUTDOWN_TIMEOUT, value: 20S}
{{- with .root.Values.access }}
{{- if .issuer }}
- {name: BARECOUNT_ACCESS_ISSUER, value: {{ .issuer | quote }}}
- {name: BARECOUNT_ACCESS_AUDIENCE, value: {{ .audience | quote }}}
- {name: BARECOUNT_ACCESS_KEYS, value: {{ .keys | quote }}}
{{- else }}
- {name: BARECOUNT_ACCESS_OPEN, value: {{ .open | quote }}}
{{- end }}
{{- end }}
- {name: KAFKA_BOOTSTRAP_SERVERS, value: {{ .root.Values.kafka.bootstrapServers | quote }}}
{{- range $name, $value := .root.Values.kafka.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- if include "barecount.kafkaUser" . }}
- {name: PRINCIPAL, value: {{ .root.Release.Name }}-{{ .name }}}
- {name: KAFKA_SECURITY_PROTOCOL, value: SASL_SSL}
- {name: KAFKA_SASL_MECHANISM, value: SCRAM-SHA-512}
- name: KAFKA_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef: {name: {{ .root.Release.Name }}-{{ .name }}, key: sasl.jaas.config}
- {name: KAFKA_SSL_TRUSTSTORE_TYPE, value: PEM}
- {name: KAFKA_SSL_TRUSTSTORE_LOCATION, value: /etc/barecount/kafka/ca.crt}
{{- end }}
{{- if eq .name "console" }}
{{- range list "manifest-service" "policy-service" "scheduler-service" "runner-gateway" "ledger-service" }}
- {name: BARECOUNT_CONSOLE_ROUTES_{{ . | upper | replace "-" "_" }}, value: "http://{{ $.root.Release.Name }}-{{ . }}:8080"}
{{- end }}
{{- else }}
- {name: QUARKUS_DATASOURCE_JDBC_URL, value: "jdbc:postgresql://{{ include "barecount.databaseHost" . }}:{{ .root.Values.database.port }}/{{ $database }}{{ with .root.Values.database.parameters }}?{{ . }}{{ end }}"}
- {name: QUARKUS_DATASOURCE_USERNAME, value: {{ $database }}}
- name: QUARKUS_DATASOURCE_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ .root.Release.Name }}-database-{{ $database }}, key: password}
{{- end }}
{{- if eq .name "manifest-service" }}
- {name: BARECOUNT_MANIFEST_SECRETS_DIR, value: /etc/barecount/secrets}
{{- else if eq .name "policy-service" }}
- {name: BARECOUNT_POLICY_PERMIT_KEY, value: /etc/barecount/permit/permit.pem}
- {name: BARECOUNT_POLICY_DOCUMENTS, value: /etc/barecount/governance}
{{- else if eq .name "runner-gateway" }}
- {name: BARECOUNT_GATEWAY_PLATFORM, value: {{ .root.Values.origin | quote }}}
- {name: BARECOUNT_GATEWAY_PERMIT_KEYS, value: /etc/barecount/permit-public/permit.pub.pem}
- {name: BARECOUNT_GATEWAY_EVIDENCE_KEY, value: /etc/barecount/evidence/evidence.pem}
{{- else if eq .name "ledger-service" }}
- {name: QUARKUS_FLYWAY_JDBC_URL, value: "jdbc:postgresql://{{ include "barecount.databaseHost" . }}:{{ .root.Values.database.port }}/{{ $database }}{{ with .root.Values.database.parameters }}?{{ . }}{{ end }}"}
- {name: QUARKUS_FLYWAY_USERNAME, value: {{ $database }}_owner}
- name: QUARKUS_FLYWAY_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ .root.Release.Name }}-database-{{ $database }}-owner, key: password}
- {name: BARECOUNT_LEDGER_ORIGIN, value: {{ .root.Values.origin | quote }}}
- {name: BARECOUNT_LEDGER_CHECKPOINT_KEY, value: /etc/barecount/checkpoint/checkpoint.pem}
- {name: BARECOUNT_LEDGER_CHECKPOINT_DIR, value: /var/lib/barecount/checkpoints}
{{- end }}
{{- range $name, $value := .service.environment }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
