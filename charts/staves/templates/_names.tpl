{{/* The name of everything that belongs to a release: "staves", or "<release>-staves". */}}
{{- define "staves.fullname" -}}
{{- if contains "staves" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-staves" .Release.Name | trunc 52 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* The Lease by which the pods of a release know who of them works. */}}
{{- define "staves.lease" -}}
{{- printf "%s-controller" (include "staves.fullname" .) }}
{{- end }}

{{- define "staves.selector" -}}
app.kubernetes.io/name: staves
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "staves.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "staves.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: controller
app.kubernetes.io/part-of: staves
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
