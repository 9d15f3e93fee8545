import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Consumer } from '../vitest/consumer.ts'
import { makeConsumer } from '../vitest/consumer.ts'

/** The example as a project of its own, as its readers have it: nothing here knows of the repository's configuration. */
describe('the library, laid out by levels', { timeout: 120_000 }, () => {
  let consumer: Consumer
  beforeAll(async () => {
    consumer = await makeConsumer('installed')
    consumer.copy('examples/library')
  })
  afterAll(() => consumer.dispose())

  /** The tests that ran, by project. */
  const ran = (output: string) => [...output.matchAll(/✓ \|(unit|bdd|integration)\| \S+ > /g)].map(([, project = '']) => project).sort()

  test('passes on every level, each with the environment that its project names, and is covered', async () => {
    const { passed, output } = await consumer.vitest(['--reporter=verbose', '--coverage'])
    expect(passed, output).toBe(true)
    expect(ran(output)).toEqual(['bdd', 'bdd', 'bdd', 'integration', 'integration', 'unit', 'unit'])
  })

  test('fails when a part of it is not covered', async () => {
    const { passed, output } = await consumer.vitest(['--reporter=verbose', '--coverage', '--project', 'unit'])
    expect(passed).toBe(false)
    expect(ran(output)).toEqual(['unit', 'unit'])
    expect(output).toMatch(/Coverage for functions \(.*%\) does not meet global threshold \(100%\)/)
  })

  test.each([
    ['folder', ['tests/bdd/lending'], ['bdd']],
    ['tag', ['-t', '@joining(?!.*@validation)'], ['bdd']],
    ['name', ['-t', 'who joins is active'], ['unit']],
  ])('is run in part, by %s', async (_by, args, expected) => {
    const { passed, output } = await consumer.vitest(['--reporter=verbose', ...args])
    expect(passed, output).toBe(true)
    expect(ran(output)).toEqual(expected)
  })
})
