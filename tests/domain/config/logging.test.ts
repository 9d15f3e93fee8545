import { expect, test } from 'vitest'
import { fromToml, inCode, problemsOf, settingsOf } from './project.ts'

test.each([
  ['[logging]\nlog_dir = "/var/log/shop"', 'logging.log_dir', /systemd.*`logger`/],
  ['[logging]\nlog_file_prefix = "shop"', 'logging.log_file_prefix', /`logger`/],
  ['[logging]\nmax_bytes = 1000', 'logging.max_bytes', /`logger`/],
  ['[logging]\nbackup_count = 0', 'logging.backup_count', /`logger`/],
  ['[logging.sampling]\nenabled = true', 'logging.sampling', /`level`/],
  ['[logging.http]\nenabled = true', 'logging.http', /web framework/],
  ['[production.logging]\nlog_dir = "$' + '{LOGS}"', 'production.logging.log_dir', /`logger`/],
])('what nothing here answers to is refused, with what does: %s', (toml, element, fix) => {
  expect(problemsOf(fromToml(toml))).toEqual([
    {
      code: 'CONFIG_NOT_SUPPORTED',
      element,
      message: expect.stringMatching(/^has no effect in this implementation \(in .*domain\.toml\)\.$/),
      fix: expect.stringMatching(fix),
    },
  ])
})

test('also in code, and in assignments', () => {
  expect(problemsOf(inCode({ logging: { logDir: '/var/log' } }))).toMatchObject([
    { code: 'CONFIG_NOT_SUPPORTED', element: 'config.logging.logDir' },
  ])
  const assigned = inCode()
  Object.assign(assigned.config.logging, { backupCount: 3 })
  expect(problemsOf(assigned)).toMatchObject([{ code: 'CONFIG_NOT_SUPPORTED', element: 'config.logging.backupCount' }])
})

test('levels have the names of the original too, in any case', () => {
  const { logging } = settingsOf('[logging]\nlevel = "WARNING"\n[logging.per_logger]\nengine = "Debug"\n"query.slow" = "critical"')
  expect(logging).toMatchObject({ level: 'WARNING', perLogger: { engine: 'Debug', 'query.slow': 'critical' } })
})

test.each([
  ['[logging]\nlevel = "loud"', 'logging.level', /^Expected: "" or "debug" or /],
  ['[logging.per_logger]\nengine = "loud"', 'logging.per_logger', /^Expected: table of levels/],
])('other words are refused: %s', (toml, element, fix) => {
  expect(problemsOf(fromToml(toml))).toMatchObject([{ code: 'CONFIG_INVALID_VALUE', element, fix: expect.stringMatching(fix) }])
})
