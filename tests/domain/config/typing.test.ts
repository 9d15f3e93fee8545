import { expect, expectTypeOf, test } from 'vitest'
import type { ConfigInput, DomainConfig, Settings } from '../../../src/domain/config/schema.ts'
import { inCode } from './project.ts'

test('the types of the configuration follow from the schema', () => {
  expectTypeOf<DomainConfig['eventProcessing']>().toEqualTypeOf<'sync' | 'async'>()
  expectTypeOf<DomainConfig['commandDefaultTimeout']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<Settings['databases']['default']['provider']>().toEqualTypeOf<string>()
  expectTypeOf<Settings['databases']['default']['databaseUri']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Settings['server']['messagesPerTick']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<Settings['server']['health']['port']>().toEqualTypeOf<number>()
  expectTypeOf<Settings>().toExtend<DomainConfig>()
})

test('misspelt keys and wrong values do not compile, and are refused all the same', () => {
  // @ts-expect-error there is no such key
  const misspelt: ConfigInput = { server: { priorityLanes: { enabeld: true } } }
  // @ts-expect-error there is no such choice
  const wrong: ConfigInput = { eventProcessing: 'later' }
  expect(() => inCode(misspelt).freeze()).toThrow(expect.objectContaining({ code: 'CONFIG_UNKNOWN_KEY' }))
  expect(() => inCode(wrong).freeze()).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID_VALUE' }))
})

test('what is in force cannot be assigned to', () => {
  const settings = inCode().freeze()
  // @ts-expect-error read-only
  expect(() => (settings.server.messagesPerTick = 1)).toThrow(TypeError)
})
