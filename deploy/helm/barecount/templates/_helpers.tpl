{{- define "barecount.labels" -}}
app.kubernetes.io/part-of: barecount
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/name: {{ .name }}
{{- end }}

{{- /* The database, and its role, are named after the service. */ -}}
{{- define "barecount.database" -}}
{{- trimPrefix "runner-" . | trimSuffix "-service" -}}
{{- end }}

{{- define "barecount.volumes" -}}
- name: tmp
  emptyDir: {}
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
- {name: QUARKUS_SHUTDOWN_TIMEOUT, value: 20S}
- {name: KAFKA_BOOTSTRAP_SERVERS, value: {{ .root.Values.kafka.bootstrapServers | quote }}}
{{- range $name, $value := .root.Values.kafka.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- if eq .name "console" }}
{{- range list "manifest-service" "policy-service" "scheduler-service" "runner-gateway" "ledger-service" }}
- {name: BARECOUNT_CONSOLE_ROUTES_{{ . | upper | replace "-" "_" }}, value: "http://{{ $.root.Release.Name }}-{{ . }}:8080"}
{{- end }}
{{- else }}
- {name: QUARKUS_DATASOURCE_JDBC_URL, value: "jdbc:postgresql://{{ .root.Values.database.host }}:{{ .root.Values.database.port }}/{{ $database }}{{ with .root.Values.database.parameters }}?{{ . }}{{ end }}"}
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
- {name: BARECOUNT_LEDGER_ORIGIN, value: {{ .root.Values.origin | quote }}}
- {name: BARECOUNT_LEDGER_CHECKPOINT_KEY, value: /etc/barecount/checkpoint/checkpoint.pem}
- {name: BARECOUNT_LEDGER_CHECKPOINT_DIR, value: /var/lib/barecount/checkpoints}
{{- end }}
{{- range $name, $value := .service.environment }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
