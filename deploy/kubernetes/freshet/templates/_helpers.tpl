{{- define "freshet.name" -}}
{{- printf "%s-%s" .root.Release.Name .part | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "freshet.selector" -}}
app.kubernetes.io/name: freshet
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "freshet.labels" -}}
{{ include "freshet.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "freshet.registryUrl" -}}
{{- if .Values.registry.enabled -}}
http://{{ include "freshet.name" (dict "root" . "part" "registry") }}:8080
{{- else -}}
{{ required "registry.url is empty: name the registry's base URL, or set registry.enabled" .Values.registry.url }}
{{- end -}}
{{- end }}

{{- define "freshet.metastoreUri" -}}
{{- if .Values.metastore.enabled -}}
thrift://{{ include "freshet.name" (dict "root" . "part" "metastore") }}:9083
{{- else -}}
{{ .Values.metastore.uri }}
{{- end -}}
{{- end }}

{{- define "freshet.bucket" -}}
{{ required "s3.bucket is empty: name the bucket of landing log and tables" .Values.s3.bucket }}
{{- end }}

{{/* A container that needs nothing of its node. */}}
{{- define "freshet.restricted" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* How Spark and Hive reach the store. */}}
{{- define "freshet.hadoopConf" -}}
{{- if .Values.s3.endpoint }}
fs.s3a.endpoint: {{ .Values.s3.endpoint | quote }}
fs.s3a.path.style.access: "true"
fs.s3a.connection.ssl.enabled: {{ hasPrefix "https" .Values.s3.endpoint | quote }}
{{- end }}
fs.s3a.endpoint.region: {{ .Values.s3.region | quote }}
{{- if .Values.s3.secretName }}
fs.s3a.aws.credentials.provider: com.amazonaws.auth.EnvironmentVariableCredentialsProvider
{{- else }}
fs.s3a.aws.credentials.provider: com.amazonaws.auth.WebIdentityTokenCredentialsProvider,com.amazonaws.auth.EC2ContainerCredentialsProviderWrapper
{{- end }}
{{- end }}

{{/* Keys of the store as environment, where the pods have no role. */}}
{{- define "freshet.storeKeys" -}}
{{- if .Values.s3.secretName }}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef:
      name: {{ .Values.s3.secretName }}
      key: AWS_ACCESS_KEY_ID
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.s3.secretName }}
      key: AWS_SECRET_ACCESS_KEY
{{- end }}
{{- end }}

{{/* The source database for snapshot, verify and repair, with what the source connector reads of it. */}}
{{- define "freshet.postgres" -}}
host: {{ .Values.postgres.host | quote }}
port: {{ .Values.postgres.port }}
database: {{ required "postgres.database is empty: name the database that is captured" .Values.postgres.database | quote }}
user: ${env:FRESHET_POSTGRES_USER}
password: ${env:FRESHET_POSTGRES_PASSWORD}
{{- range $path, $bytes := .Files.Glob "connectors/*.json" }}
{{- $name := base $path | trimSuffix ".json" }}
{{- $settings := index $.Values.connectors $name | default dict }}
{{- $config := mustMergeOverwrite ($.Files.Get $path | fromJson) (get $settings "config" | default dict) }}
{{- if and (eq (get $config "connector.class") "io.debezium.connector.postgresql.PostgresConnector") (ne (toString (get $settings "enabled")) "false") }}
topic-prefix: {{ get $config "topic.prefix" | quote }}
slot: {{ get $config "slot.name" | quote }}
publication: {{ get $config "publication.name" | quote }}
tables: {{ splitList "," (get $config "table.include.list") | toJson }}
{{- end }}
{{- end }}
{{- end }}

{{/* Who logs in to the source database, for drivers. */}}
{{- define "freshet.postgresLogin" -}}
{{- if .Values.postgres.host }}
- name: FRESHET_POSTGRES_USER
  valueFrom:
    secretKeyRef:
      name: {{ .Values.postgres.secretName }}
      key: username
- name: FRESHET_POSTGRES_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.postgres.secretName }}
      key: password
{{- end }}
{{- end }}

{{/* The spec of a Spark application; .command and .arguments say what it does, .restart how it ends. */}}
{{- define "freshet.sparkApplication" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
type: Scala
mode: cluster
image: {{ required "lake.image is empty: build deploy/kubernetes/image, target lake" $values.lake.image | quote }}
imagePullPolicy: {{ $values.lake.imagePullPolicy }}
sparkVersion: {{ $values.lake.sparkVersion | quote }}
mainClass: io.freshet.lake.command.Main
mainApplicationFile: local:///opt/freshet/freshet-lake-job.jar
arguments:
  - {{ .command }}
  - --config
  - /etc/freshet/lake.yaml
  {{- range .arguments }}
  - {{ . | quote }}
  {{- end }}
deps:
  jars:
    - local:///opt/freshet/hudi-spark-bundle.jar
hadoopConf:
  {{- include "freshet.hadoopConf" $root | trim | nindent 2 }}
sparkConf:
  spark.kubernetes.allocation.batch.size: "10"
  {{- if $values.historyServer.enabled }}
  spark.eventLog.enabled: "true"
  spark.eventLog.dir: s3a://{{ include "freshet.bucket" $root }}/{{ $values.historyServer.logsDir }}
  spark.eventLog.rolling.enabled: "true"
  spark.eventLog.rolling.maxFileSize: 128m
  {{- end }}
  {{- range $name, $value := $values.lake.sparkConf }}
  {{ $name }}: {{ $value | quote }}
  {{- end }}
dynamicAllocation:
  enabled: true
  initialExecutors: {{ $values.lake.executor.minInstances }}
  minExecutors: {{ $values.lake.executor.minInstances }}
  maxExecutors: {{ $values.lake.executor.maxInstances }}
restartPolicy:
  {{- .restart | nindent 2 }}
volumes:
  - name: config
    configMap:
      name: {{ include "freshet.name" (dict "root" $root "part" "lake") }}
  {{- range $values.lake.mountedSecrets }}
  - name: secret-{{ . | replace "." "-" }}
    secret:
      secretName: {{ . }}
      defaultMode: 0400
  {{- end }}
driver:
  cores: {{ $values.lake.driver.cores }}
  memory: {{ $values.lake.driver.memory }}
  serviceAccount: {{ include "freshet.name" (dict "root" $root "part" "lake") }}
  labels:
    {{- include "freshet.selector" (dict "root" $root "part" .command) | nindent 4 }}
  annotations:
    # The job goes on elsewhere, but every move costs it a start.
    cluster-autoscaler.kubernetes.io/safe-to-evict: "false"
    {{- if eq .command "ingest" }}
    prometheus.io/scrape: "true"
    prometheus.io/port: "9404"
    prometheus.io/path: /metrics
    {{- end }}
  {{- with printf "%s\n%s" (include "freshet.storeKeys" $root | trim) (include "freshet.postgresLogin" $root | trim) | trim }}
  env:
    {{- . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "freshet.restricted" $root | nindent 4 }}
  volumeMounts:
    - name: config
      mountPath: /etc/freshet
      readOnly: true
    {{- range $values.lake.mountedSecrets }}
    - name: secret-{{ . | replace "." "-" }}
      mountPath: /etc/freshet-secrets/{{ . }}
      readOnly: true
    {{- end }}
executor:
  cores: {{ $values.lake.executor.cores }}
  memory: {{ $values.lake.executor.memory }}
  serviceAccount: {{ include "freshet.name" (dict "root" $root "part" "lake") }}
  labels:
    {{- include "freshet.selector" (dict "root" $root "part" "executor") | nindent 4 }}
  {{- with include "freshet.storeKeys" $root | trim }}
  env:
    {{- . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- include "freshet.restricted" $root | nindent 4 }}
{{- end }}
