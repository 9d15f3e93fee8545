import { bag, boolean, choice, integer, list, number, section, string } from './schema-nodes.ts'

export const logging = section('Logs.', {
  level: string('', 'Lowest level that is written. Empty: by environment.'),
  format: choice(['auto', 'console', 'json'], 'auto', 'Form of a line; `auto` goes by environment.'),
  logDir: string('', 'Folder for log files. Empty: none are written.'),
  logFilePrefix: string('protean', 'Start of the file names.', { nonBlank: true }),
  maxBytes: integer(10_485_760, 'Bytes after which a file is rotated.', { min: 1 }),
  backupCount: integer(5, 'Rotated files that are kept.', { min: 0 }),
  slowHandlerThresholdMs: number(500, 'Milliseconds from which a handler is reported as slow; 0 switches it off.', { min: 0 }),
  slowQueryThresholdMs: number(100, 'Milliseconds from which a query is reported as slow; 0 switches it off.', { min: 0 }),
  slowQueryTruncateChars: integer(500, 'Characters of a slow query that are written.', { min: 0 }),
  redact: list(['password', 'token', 'secret', 'api_key', 'authorization', 'cookie', 'session', 'csrf'], 'Names whose values are masked.'),
  perLogger: bag('string', 'Levels of single loggers, by name.'),
  sampling: section('Which records of successful work are written.', {
    enabled: boolean(false, 'Write only a share of them.'),
    defaultRate: number(0.05, 'Share that is written.', { min: 0, max: 1 }),
    alwaysKeepErrors: boolean(true, 'Write every failure.'),
    alwaysKeepSlow: boolean(true, 'Write everything slow.'),
    criticalStreams: list([], 'Patterns of message types that are always written.'),
  }),
  http: section('One record per HTTP request.', {
    enabled: boolean(true, 'Write it.'),
    logRequestHeaders: boolean(false, 'With the headers of the request.'),
    logResponseHeaders: boolean(false, 'With the headers of the answer.'),
    excludePaths: list([], 'Paths that are left out.'),
  }),
})

export const telemetry = section('Traces and metrics by OpenTelemetry.', {
  enabled: boolean(false, 'Export them.'),
  serviceName: string(undefined, 'Name of the service; the domain’s name otherwise.', { nonBlank: true }),
  exporter: choice(['otlp', 'console'], 'otlp', 'Where they go.'),
  endpoint: string(undefined, 'Address of the collector.', { nonBlank: true }),
  resourceAttributes: bag('string', 'Attributes of every trace and metric.'),
})

export const observatory = section('The observatory.', {
  traceRetentionDays: number(7, 'Days that traces are kept; 0 keeps none.', { min: 0 }),
})

export const lint = section('What `protean check` reports.', {
  level: choice(['error', 'warn', 'info'], 'warn', 'Lowest level that is a finding.'),
  aggregateSizeLimit: integer(5, 'Entities from which an aggregate is called large.', { min: 1 }),
  handlerBreadthLimit: integer(5, 'Messages from which a handler is called broad.', { min: 1 }),
  checkInfraImports: boolean(false, 'Report imports of infrastructure in domain modules.'),
  checkAdapterCalls: boolean(false, 'Report calls of adapters in domain modules.'),
  rules: list([], 'Rules of your own, as `module#export`.'),
  suppressions: bag('integer', 'Findings that are put up with: how many, by code.'),
})
