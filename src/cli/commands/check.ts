import { defineCommand } from 'citty'
import type { CheckResult } from '../../domain/check/diagnostic.ts'
import { loadDomain } from '../load-domain.ts'
import { COMMON } from '../options.ts'

export const check = defineCommand({
  meta: { name: 'check', description: 'Says what is wrong with a domain, and what looks wrong. Opens no database.' },
  args: COMMON,
  async run({ args }) {
    const result = await (await loadDomain(args.domain)).check()
    return { text: textOf(result), data: { ...result }, hasFindings: result.status === 'fail' || result.status === 'warn' }
  },
})

function textOf({ domain, status, errors, diagnostics, counts }: CheckResult): string {
  return [
    ...errors.map(({ code, element, message, fix }) => `error [${code}] ${element}: ${message} ${fix}`),
    ...diagnostics.map(({ level, code, element, field, message, fix }) => {
      const where = field === undefined ? element : `${element}.${field}`
      return `${level} [${code}] ${where}: ${message} ${fix}`
    }),
    `${domain}: ${status} (${counts.errors} errors, ${counts.warnings} warnings, ${counts.infos} infos)`,
  ].join('\n')
}
