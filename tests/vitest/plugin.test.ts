import { protean } from 'proteanjs/vitest/plugin'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Consumer } from './consumer.ts'
import { makeConsumer } from './consumer.ts'

/** A domain in several files, each of which counts how often it is evaluated; nothing but `init()` imports the handlers. */
const DOMAIN = {
  'domain.toml': `
    command_processing = "sync"
    event_processing = "sync"
    [custom]
    overlay = "none"
    [test.custom]
    overlay = "test"
    [memory.custom]
    overlay = "memory"
  `,
  'src/evaluated.ts': `
    export function evaluated(name: string) {
      const counts = ((globalThis as unknown as { counts?: Record<string, number> }).counts ??= {})
      counts[name] = (counts[name] ?? 0) + 1
    }
  `,
  'src/domain.ts': `
    import { Domain } from 'proteanjs'
    import { evaluated } from './evaluated.ts'
    evaluated('domain')
    export const domain = new Domain('multi', { root: new URL('..', import.meta.url) })
    export const overlay = domain.config.custom.overlay
  `,
  'src/ordering/order.ts': `
    import { field } from 'proteanjs'
    import { domain } from '../domain.ts'
    import { evaluated } from '../evaluated.ts'
    evaluated('order')
    export class Order extends domain.aggregate('Order', { name: field.string({ required: true }) }) {}
    export class Place extends domain.command('Place', { name: field.string({ required: true }) }, { partOf: 'Order', returns: field.identifier() }) {}
  `,
  'src/ordering/handlers.ts': `
    import { domain } from '../domain.ts'
    import { evaluated } from '../evaluated.ts'
    import { Order, Place } from './order.ts'
    evaluated('handlers')
    domain.commandHandler('OrderCommands', { partOf: Order }).handle(Place, async ({ name }) => {
      const order = new Order({ name })
      await domain.repositoryFor(Order).add(order)
      return order.id
    })
  `,
}

const CONFIG = `
  import { defineConfig } from 'vitest/config'
  import { protean } from 'proteanjs/vitest/plugin'
  export default defineConfig({ plugins: [protean()] })
`

const TEST = `
  import { expect, test } from 'vitest'
  import { currentDomain } from 'proteanjs'
  import { given } from 'proteanjs/testing'
  import { useDomain } from 'proteanjs/vitest'
  import { domain, overlay } from '../src/domain.ts'
  import { Order, Place } from '../src/ordering/order.ts'
  useDomain(domain)
  test('a domain in several files', async () => {
    expect((globalThis as unknown as { counts: object }).counts).toEqual({ domain: 1, order: 1, handlers: 1 })
    expect(currentDomain()).toBe(domain)
    expect(await given(Order).process(new Place({ name: 'n' }))).toMatchObject({ accepted: true, name: 'n' })
    console.log('overlay ' + overlay + ', environment ' + process.env.PROTEAN_ENV)
  })
`

describe.each(['installed', 'linked'] as const)('where the package is %s', { timeout: 60_000 }, (how) => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await makeConsumer(how)
    consumer.write({ ...DOMAIN, 'vitest.config.ts': CONFIG, 'tests/a.test.ts': TEST, 'tests/b.test.ts': TEST })
  })
  afterAll(() => consumer.dispose())

  test('every module of a domain is evaluated once for each test file, and the domain that init() completes is that of the tests', async () => {
    const { passed, output } = await consumer.vitest()
    expect(passed, output).toBe(true)
    expect(output).toContain('overlay test, environment test')
  })
})

describe('a project', { timeout: 60_000 }, () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await makeConsumer('installed')
    consumer.write(DOMAIN)
  })
  afterAll(() => consumer.dispose())

  test('has the environment that the mode names, in threads and contexts of their own as well, whatever the shell says', async () => {
    consumer.write({ 'vitest.config.ts': CONFIG, 'tests/a.test.ts': TEST })
    const { passed, output } = await consumer.vitest(['--mode', 'memory', '--pool=vmThreads'], { PROTEAN_ENV: 'production' })
    expect(passed, output).toBe(true)
    expect(output).toContain('overlay memory, environment memory')
  })

  test('with projects of its own gives each the environment that its configuration names, else the mode', async () => {
    consumer.write({
      'vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        import { protean } from 'proteanjs/vitest/plugin'
        export default defineConfig({
          plugins: [protean()],
          test: {
            projects: [
              { extends: true, test: { name: 'one', include: ['tests/*.test.ts'] } },
              { extends: true, test: { name: 'two', include: ['tests/*.test.ts'], env: { PROTEAN_ENV: 'named' } } },
              { extends: true, mode: 'memory', test: { name: 'three', include: ['tests/*.test.ts'] } },
            ],
          },
        })
      `,
      'tests/a.test.ts': TEST,
    })
    const { passed, output } = await consumer.vitest([], { PROTEAN_ENV: 'production' })
    expect(passed, output).toBe(true)
    expect(output).toContain('overlay test, environment test')
    expect(output).toContain('overlay none, environment named')
    expect(output).toContain('overlay memory, environment memory')
  })

  test('knows its environment before any module loads in Vitest itself, too', async () => {
    consumer.write({
      'vitest.config.ts': CONFIG.replace('plugins: [protean()]', "plugins: [protean()], test: { globalSetup: 'tests/global.ts' }"),
      'tests/global.ts': "import { overlay } from '../src/domain.ts'\nexport default () => console.log('globally ' + overlay)",
      'tests/a.test.ts': TEST,
    })
    const { passed, output } = await consumer.vitest(['--mode', 'memory'])
    expect(passed, output).toBe(true)
    expect(output).toContain('globally memory')
  })

  test('whose test files share a worker shares the modules of its domain as well', async () => {
    consumer.write({ 'vitest.config.ts': CONFIG, 'tests/a.test.ts': TEST, 'tests/b.test.ts': TEST })
    const { passed, output } = await consumer.vitest(['--no-isolate', '--no-file-parallelism'])
    expect(passed, output).toBe(true)
    expect(output).toContain('2 passed')
  })

  test('without the plugin is warned that modules are evaluated twice', async () => {
    consumer.write({ 'vitest.config.ts': 'export default {}', 'tests/a.test.ts': TEST })
    const { passed, output } = await consumer.vitest()
    expect(passed).toBe(false)
    expect(output).toContain('PROTEAN_MODULES_TWICE')
    expect(output).toContain('proteanjs/vitest/plugin')
  })
})

test('the plugin has no say where Vite does not run for Vitest', () => {
  const { apply } = protean()
  if (typeof apply !== 'function') throw new Error('apply is a function')
  const applies = () => apply({}, { command: 'serve', mode: 'development' })
  expect(applies()).toBe(true)
  vi.stubEnv('VITEST', undefined)
  expect(applies()).toBe(false)
  vi.unstubAllEnvs()
})
