import { LEVEL_NAMES } from '../log-levels.ts'
import { bag, boolean, choice, integer, list, number, refused, section, string } from './schema-nodes.ts'

const NO_FILES =
  'Keep the standard error where the process is started (systemd, a container), or give the domain a `logger` that writes files, such as pino’s.'
const NO_SAMPLES = 'What succeeds is logged at the level `debug` only: set `level`, or `per_logger`.'
const NO_REQUESTS = 'Log requests in your web framework.'

/** The logger of a domain that is given none. Who gives one configures that. */
export const logging = section('Logs of a domain that was given no `logger`; what is slow is told to any.', {
  level: choice(['', ...LEVEL_NAMES], '', 'Lowest level that is written, in any case. Empty: by environment.', { anyCase: true }),
  format: choice(
    ['auto', 'console', 'json'],
    'auto',
    'Form of a line: for people, or an object of JSON. `auto`: for people in `development` and `test`.',
  ),
  logDir: refused('Folder for log files.', NO_FILES),
  logFilePrefix: refused('Start of the file names.', NO_FILES),
  maxBytes: refused('Bytes after which a file is rotated.', NO_FILES),
  backupCount: refused('Rotated files that are kept.', NO_FILES),
  slowHandlerThresholdMs: number(500, 'Milliseconds from which a handler is reported as slow; 0 switches it off.', { min: 0 }),
  slowQueryThresholdMs: number(100, 'Milliseconds from which a query is reported as slow; 0 switches it off.', { min: 0 }),
  slowQueryTruncateChars: integer(500, 'Characters of a slow query that are written.', { min: 0 }),
  redact: list(['password', 'token', 'secret', 'api_key', 'authorization', 'cookie', 'session', 'csrf'], 'Names whose values are masked.'),
  perLogger: bag('level', 'Lowest levels of single things, by their `event` or its first words: `engine`, `query.slow`.'),
  sampling: refused('Which records of successful work are written.', NO_SAMPLES),
  http: refused('One record per HTTP request.', NO_REQUESTS),
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
