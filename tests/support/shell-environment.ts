/** What the test runner and its projects set in their processes: a program that a test starts behaves by it, for example logs less. */
const OF_THE_RUNNER = /^(VITEST|TEST|NODE_ENV|NODE_OPTIONS|MODE|PROD|DEV|SSR|BASE_URL|PROTEAN_|DATABASE_URL|REDIS_URL)/

/** The environment for a program that a test starts: the one of a shell where nobody has set anything for it, with `settings`. */
export function shellEnvironment(settings: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_THE_RUNNER.test(name))
  return { ...Object.fromEntries(inherited), ...settings }
}
