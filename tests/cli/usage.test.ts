import { describe, expect, test } from 'vitest'
import { domainFile, protean } from './protean.ts'

const STACK = /^\s+at /m

// Every command is a process.
describe('the command line', { timeout: 60_000 }, () => {
  test('says what commands and options there are', async () => {
    const whole = await protean(['--help'])
    expect([whole.code, whole.out]).toEqual([0, expect.stringMatching(/check[\s\S]*db[\s\S]*server/)])
    const { code, out } = await protean(['db', 'migrate', '--help'])
    expect([code, out]).toEqual([0, expect.stringMatching(/--plan[\s\S]*--destructive/)])
    expect((await protean([])).code).toBe(2)
  })

  test.each([
    { args: ['servr'], says: /Unknown command servr/ },
    { args: ['db', 'creat'], says: /Unknown command creat/ },
    { args: ['db', 'create', '--domian', 'x'], says: /no option --domian\. Did you mean --domain\?/ },
    { args: ['db', 'create', '--domain', 'nowhere'], says: /nowhere is neither a file nor a folder/ },
    { args: ['db', 'create', '--domain', 'docs'], says: /docs holds no domain: there is none of domain\.ts, domain\.js/ },
    { args: ['check', '--domain', domainFile('nothing')], says: /nothing\.ts exports no domain/ },
    { args: ['check', '--domain', domainFile('several')], says: /exports several domains\. It exports billing \(Billing\), shop \(Shop\)/ },
    { args: ['check', '--domain', `${domainFile('several')}:shpo`], says: /exports no domain called shpo/ },
    { args: ['db', 'drop', '--domain', domainFile('shop')], says: /drops all tables .* say --yes/ },
    { args: ['db', 'truncate', '--domain', domainFile('shop')], says: /deletes everything .* say --yes/ },
    { args: ['db', 'status', '--database', 'othr', '--domain', domainFile('shop')], says: /no database othr: the domain has default/ },
    { args: ['db', 'migrate', '--plan', '--name', 'x', '--domain', domainFile('shop')], says: /not both/ },
    { args: ['server', '--workers', '0'], says: /--workers takes a whole number from 1 to 999, not 0/ },
    { args: ['server', '--workers', 'many'], says: /--workers takes a whole number from 1 to 999, not many/ },
    { args: ['server', '--workers', '2', '--reload'], says: /--reload goes with one worker/ },
    { args: ['server', '--workers', '2', '--test-mode'], says: /--test-mode ends by itself/ },
    { args: ['server', '--reload', '--test-mode'], says: /--test-mode ends by itself/ },
    { args: ['server', '--domain', 'nowhere', '--workers', '2'], says: /nowhere is neither a file nor a folder/ },
    { args: ['db', 'migrate', '--destructive', '--domain', domainFile('shop')], says: /--destructive goes with --plan or --name/ },
  ])('refuses "protean $args" with what is wrong, and ends with 2', async ({ args, says }) => {
    const { code, out, err } = await protean(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(says)
    expect(err).not.toMatch(STACK)
  })

  test('takes one domain of several by its name', async () => {
    const { code, out } = await protean(['check', '--domain', `${domainFile('several')}:billing`])
    expect([code, out]).toEqual([0, expect.stringMatching(/^Billing: pass/m)])
  })

  test('prints every mistake of a domain on a line of its own, and ends with 1', async () => {
    for (const command of [['db', 'create'], ['check'], ['server'], ['server', '--workers', '2'], ['server', '--test-mode']]) {
      const { code, out, err } = await protean([...command, '--domain', domainFile('mistaken')])
      const text = command[0] === 'check' ? out : err
      expect(code).toBe(1)
      expect(text).toMatch(/\[PROVIDER_UNKNOWN\] Order: .*Did you mean default\?\n/)
      expect(text).toMatch(/\[PROVIDER_UNKNOWN\] Invoice: /)
      expect(text).not.toMatch(STACK)
    }
  })

  test('prints one object of JSON where it is asked to, for mistakes too', async () => {
    const { code, out, err } = await protean(['db', 'create', '--json', '--domain', domainFile('mistaken')])
    expect([code, err]).toEqual([1, ''])
    expect(JSON.parse(out)).toMatchObject({ error: { problems: [{ code: 'PROVIDER_UNKNOWN' }, { code: 'PROVIDER_UNKNOWN' }] } })
    expect(JSON.parse((await protean(['db', 'creat', '--json'])).out)).toMatchObject({ error: { code: 'USAGE' } })
  })
})
