import { describe, expect, test } from 'vitest'
import { project, run } from './project.ts'

const DOMAIN = `
  import { Domain } from 'proteanjs'
  export const domain = new Domain('shop', { root: new URL('..', import.meta.url) })`

const ORDERS = `
  import { domain } from './domain.ts'
  export class Order extends domain.aggregate('Order', {}) {}`

const STOCK = `
  import { domain } from '../domain.ts'
  export class Stock extends domain.aggregate('Stock', {}) {}`

/** Prints the aggregates that the domain knows. */
const PRINT = `
  const known = async () => (await domain.check({ traverse: false })).diagnostics
  const print = async () => console.log([...new Set((await known()).map(({ element }) => element))].join(' '))`

const SHOP = {
  'domain.toml': '',
  'src/domain.ts': DOMAIN,
  'src/orders.ts': ORDERS,
  'src/stock/deep/stock.ts': STOCK.replace('../', '../../'),
}

/** What a program in this project prints, run in a process of its own. A program that waits for itself is killed, and fails. */
function output(files: Record<string, string>, program = 'src/main.ts'): Promise<string> {
  return run(project(files), program).then((text) => text.trim())
}

describe('a program that waits for init() at its top', () => {
  test('is not waited for itself, and everything below the root is known', async () => {
    const main = `import { domain } from './domain.ts'; ${PRINT}; await domain.init(); await print()`
    expect(await output({ ...SHOP, 'src/main.ts': main })).toBe('Order Stock')
  })

  test('may do so in a function of another module, by which others get at the domain', async () => {
    const app = `import { domain } from './domain.ts'; ${PRINT}; export const start = async () => { await domain.init(); await print() }; export { domain }`
    const routes = `import { domain } from './app.ts'; class Route extends domain.aggregate('Route', {}) {}`
    const main = "import { start } from './app.ts'; await start()"
    expect(await output({ ...SHOP, 'src/app.ts': app, 'src/routes.ts': routes, 'src/main.ts': main })).toBe('Order Route Stock')
  })

  test('may do so after a pause, when nothing of it is on the stack any more', async () => {
    const main = `
      import { domain } from './domain.ts'; ${PRINT}
      await new Promise((resolve) => setTimeout(resolve, 1)).then(() => domain.init())
      await print()`
    expect(await output({ ...SHOP, 'src/main.ts': main })).toBe('Order Stock')
  })

  test('may do so in a module that others import for other things', async () => {
    const bootstrap = `import { domain } from './domain.ts'; ${PRINT}; await domain.init(); await print(); export { domain }`
    const api = "import { domain } from './bootstrap.ts'; export const name = domain.name"
    const main = "import './api.ts'; import './bootstrap.ts'"
    expect(await output({ ...SHOP, 'src/bootstrap.ts': bootstrap, 'src/api.ts': api, 'src/main.ts': main })).toBe('Order Stock')
  })

  test('cannot do so in a module that declarations import: that is reported, instead of waiting for ever', async () => {
    const domain = `${DOMAIN}; await domain.init().catch(({ code, problems }) => console.log(code, ...problems.map(({ element }) => element)))`
    const root = project({ 'domain.toml': '', 'src/domain.ts': domain, 'src/orders.ts': ORDERS })
    expect((await run(root, 'src/domain.ts')).trim()).toBe(`MODULE_WAITS_FOR_INIT ${root}/src/orders.ts`)
  })
})

describe('a program that does not wait', () => {
  test('may declare the domain itself, for others to import', async () => {
    const main = `${DOMAIN}; ${PRINT}; void domain.init().then(print)`
    const orders = ORDERS.replace('domain.ts', 'main.ts')
    expect(await output({ 'domain.toml': '', 'src/main.ts': main, 'src/orders.ts': orders })).toBe('Order')
  })

  test('may lie outside the domain, one of whose modules initialises it as well', async () => {
    const main = "import { domain } from './domain.ts'; await domain.init()"
    const tool = `import { domain } from './src/domain.ts'; ${PRINT}; await domain.init(); await print(); await domain.close()`
    expect(await output({ ...SHOP, 'src/main.ts': main, 'tool.ts': tool }, 'tool.ts')).toBe('Order Stock')
  })

  test('has nothing left open after that', async () => {
    const cache = `
      export const calls = []
      export const createCache = ({ name }) => ({
        name,
        open: async () => calls.push('open'),
        close: async () => calls.push('close'),
        isAlive: async () => true,
      })`
    const domain = `${DOMAIN}; domain.config.caches.default = { provider: new URL('../cache.ts', import.meta.url).href }`
    const main = "import { domain } from './domain.ts'; await domain.init()"
    const tool = `
      import { calls } from './cache.ts'
      import { domain } from './src/domain.ts'
      await domain.init()
      await domain.close()
      console.log(calls.join(' '))`
    const files = { 'cache.ts': cache, 'domain.toml': '', 'src/domain.ts': domain, 'src/main.ts': main, 'tool.ts': tool }
    expect(await output(files, 'tool.ts')).toBe('open close open close')
  })

  test('runs the build of a module when it is a build itself', async () => {
    const orders = ORDERS.replace('domain.ts', 'domain.js')
    const main = `import { domain } from './domain.js'; ${PRINT}; await domain.init(); await print()`
    const files = { 'src/domain.js': DOMAIN, 'src/orders.ts': orders, 'src/orders.js': orders, 'src/main.ts': main, 'src/main.js': main }
    expect(await output(files, 'src/main.js')).toBe('Order')
  })
})

describe('what is below the root', () => {
  test('is left alone with { traverse: false }', async () => {
    const main = `import { domain } from './domain.ts'; ${PRINT}; await domain.init({ traverse: false }); await print()`
    expect(await output({ ...SHOP, 'src/main.ts': main })).toBe('')
  })

  test('is imported by check() too, before and after init()', async () => {
    const main = `
      import { domain } from './domain.ts'
      const count = async () => console.log((await domain.check()).counts.infos, domain.isInitialized)
      await count(); await domain.init(); await count()`
    expect(await output({ ...SHOP, 'src/main.ts': main })).toBe('2 false\n2 true')
  })

  test('may have custom repositories that nobody names: they are found, by the element that they are for', async () => {
    const repositories = `
      import { domain } from './domain.ts'
      import { Order } from './orders.ts'
      import { Stock } from './stock/deep/stock.ts'
      export class Repository extends domain.repository(Order) { overdue() { return 'overdue' } }
      const Stocks = class Repository extends domain.repository(Stock) { low() { return 'low' } }
      export { Stocks }`
    const main = `
      import { domain } from './domain.ts'
      import { Order } from './orders.ts'
      import { Stock } from './stock/deep/stock.ts'
      await domain.init()
      console.log(domain.repositoryFor(Order).overdue(), domain.repositoryFor(Stock).low())`
    expect(await output({ ...SHOP, 'src/repositories.ts': repositories, 'src/main.ts': main })).toBe('overdue low')
  })
})

describe('modules that cannot be imported', () => {
  const main = `
    import { domain } from './domain.ts'
    const shown = ({ code, element, message }) => [code, element.split('/').at(-1), message].join(' | ')
    const failure = await domain.init().catch((error) => error)
    console.log([...failure.problems.map(shown), failure.cause.errors?.length ?? failure.cause.message, domain.isInitialized].join('\\n'))
    console.log((await domain.check()).errors.map(shown).join('\\n'))`

  test('are reported together, each with its cause, and leave the domain closed', async () => {
    const files = { 'src/broken.ts': "throw new Error('no way')", 'src/missing.ts': "import './nowhere.ts'", 'src/main.ts': main }
    const lines = (await output({ ...SHOP, ...files })).split('\n')
    expect(lines[0]).toBe('MODULE_FAILED | broken.ts | could not be imported: no way.')
    expect(lines[1]).toMatch(/^MODULE_FAILED \| missing\.ts \| could not be imported: Cannot find module .*nowhere\.ts/)
    expect(lines.slice(2, 4)).toEqual(['2', 'false'])
    expect(lines.slice(4)).toEqual(lines.slice(0, 2))
  })

  test('for one reason are one problem: that of the module in which it was thrown', async () => {
    const files = { 'src/a.ts': "import './z.ts'", 'src/z.ts': "throw new Error('no way')", 'src/main.ts': main }
    const [first, cause] = (await output({ ...SHOP, ...files })).split('\n')
    expect([first, cause]).toEqual(['MODULE_FAILED | z.ts | could not be imported: no way. So could not a.ts.', 'no way'])
  })
})
