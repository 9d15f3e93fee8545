import type { Rule } from './finding.ts'

const LEAST_CONNECTIONS = 5
const SMALL_IS_FINE_IN = ['development', 'test', 'testing']

/** Pools that would do for one developer or a test, configured for another environment. Only PostgreSQL has a pool. */
export const smallPools: Rule = ({ settings }) => {
  if (SMALL_IS_FINE_IN.includes(process.env.PROTEAN_ENV ?? '')) return []
  return Object.entries(settings.databases)
    .filter(([, { provider, poolSize }]) => provider === 'postgresql' && poolSize < LEAST_CONNECTIONS)
    .map(([name, { poolSize }]) => ({
      subject: { name: `databases.${name}`, options: {} },
      field: 'poolSize',
      message: `keeps ${poolSize} connection${poolSize === 1 ? '' : 's'} open.`,
      fix: `Set pool_size to ${LEAST_CONNECTIONS} or more.`,
    }))
}
