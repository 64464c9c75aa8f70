{{- define "outrigger.suffix" -}}
{{- if ne .Values.revision "default" }}-{{ .Values.revision }}{{ end -}}
{{- end -}}

{{- define "outrigger.name" -}}
outrigger-control{{ include "outrigger.suffix" . }}
{{- end -}}

{{- define "outrigger.labels" -}}
app.kubernetes.io/name: outrigger
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
istio.io/rev: {{ .Values.revision }}
{{- end -}}

{{- define "outrigger.selector" -}}
app: outrigger-control
istio.io/rev: {{ .Values.revision }}
{{- end -}}

{{- define "outrigger.securityContext" -}}
runAsUser: 1337
runAsGroup: 1337
runAsNonRoot: true
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "outrigger.injector" }}
- name: {{ .name }}.injector.outrigger.io
  clientConfig:
    service: {{- toYaml .service | nindent 6 }}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods], scope: Namespaced}]
  admissionReviewVersions: [v1]
  sideEffects: None
  reinvocationPolicy: Never
  timeoutSeconds: 10
  failurePolicy: {{ .policy }}
  namespaceSelector:
    matchExpressions:
    - {key: kubernetes.io/metadata.name, operator: NotIn, values: {{ toJson .skipped }}}
    {{- range .namespace }}
    - {{ toJson . }}
    {{- end }}
  objectSelector:
    matchExpressions:
    {{- range .object }}
    - {{ toJson . }}
    {{- end }}
{{- end }}
