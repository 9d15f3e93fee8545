import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Consumer } from './consumer.ts'
import { makeConsumer } from './consumer.ts'

const PROJECT = {
  'domain.toml': `
    command_processing = "sync"
    event_processing = "sync"
  `,
  'src/domain.ts': `
    import { Domain, field } from 'proteanjs'
    export const domain = new Domain('shelf', { root: new URL('..', import.meta.url) })
    export class Book extends domain.aggregate('Book', { title: field.string({ required: true }) }) {}
  `,
  'vitest.config.ts': `
    import { quickpickle } from 'quickpickle'
    import { defineConfig } from 'vitest/config'
    import { protean } from 'proteanjs/vitest/plugin'
    export default defineConfig({
      plugins: [protean(), quickpickle()],
      test: { include: ['**/*.feature', '**/*.test.ts'], setupFiles: ['tests/setup.ts', 'tests/steps.ts'] },
    })
  `,
  'tests/setup.ts': `
    import { useDomain } from 'proteanjs/vitest'
    import { domain } from '../src/domain.ts'
    useDomain(domain)
  `,
  'tests/steps.ts': `
    import { Before, Given, Then } from 'quickpickle'
    import { expect } from 'vitest'
    import { currentDomain } from 'proteanjs'
    import { Book, domain } from '../src/domain.ts'
    Before(() => { expect(currentDomain()).toBe(domain) })
    Given('a book {string}', async (_world, title: string) => {
      expect(currentDomain()).toBe(domain)
      await domain.repositoryFor(Book).add(new Book({ title }))
    })
    Then('there is/are {int} book(s)', async (_world, count: number) => {
      expect(await domain.repositoryFor(Book).query.count()).toBe(count)
    })
  `,
  'features/shelf.feature': `
    @shelf
    Feature: The shelf

      Background:
        Given a book "of every scenario"

      @quick
      Scenario: One more
        Given a book "Dune"
        Then there are 2 books

      @slow
      Scenario: Nothing is left of other scenarios
        Then there is 1 book

      @skip
      Scenario: Not yet
        Then there are 100 books

      Scenario Outline: Any number
        Given a book "<title>"
        Then there are <count> books

        Examples:
          | title | count |
          | A     | 2     |
          | B     | 2     |
  `,
}

const { 'features/shelf.feature': indented } = PROJECT
/** Gherkin does not mind the indentation, but the first line must not be blank for its line numbers to be right. */
const FEATURE = indented.trim()

describe('feature files', { timeout: 60_000 }, () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await makeConsumer('installed')
    consumer.write({ ...PROJECT, 'features/shelf.feature': FEATURE })
  })
  afterAll(() => consumer.dispose())

  test('run as tests, each scenario in a context with no data of the others', async () => {
    const { passed, output } = await consumer.vitest()
    expect(passed, output).toBe(true)
    expect(output).toMatch(/4 passed \| 1 skipped/)
  })

  test('are selected by tags, those of the feature included', async () => {
    const selected = async (pattern: string) => {
      const { passed, output } = await consumer.vitest(['-t', pattern])
      expect(passed, output).toBe(true)
      return /Tests +(\d+) passed/.exec(output)?.[1]
    }
    expect(await selected('@quick|@slow')).toBe('2')
    expect(await selected('@shelf(?!.*@slow)')).toBe('3')
  })

  test('name the line of the step that failed', async () => {
    consumer.write({ 'features/wrong.feature': 'Feature: Wrong\n\n  Scenario: Wrong\n    Then there are 7 books\n' })
    const { passed, output } = await consumer.vitest(['features/wrong.feature'])
    expect(passed).toBe(false)
    expect(output).toContain('wrong.feature:4')
  })

  test('that run at the same time are refused: they share the data of the domain', async () => {
    consumer.write({
      'tests/concurrent.test.ts': `
        import { test } from 'vitest'
        import { Book, domain } from '../src/domain.ts'
        const add = () => domain.repositoryFor(Book).add(new Book({ title: 't' }))
        test.concurrent('one', add)
        test.concurrent('two', add)
      `,
    })
    const { passed, output } = await consumer.vitest(['tests/concurrent.test.ts'])
    expect(passed).toBe(false)
    expect(output).toContain('one after the other')
    expect(output).toMatch(/1 failed \| 1 passed/)
  })
})
