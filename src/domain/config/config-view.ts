import { IncorrectUsageError } from '../../errors.ts'
import { isPlainObject } from '../../util/plain.ts'
import type { Table } from './plain-tables.ts'
import { copyOf } from './plain-tables.ts'
import type { DomainConfig, Settings } from './schema.ts'
import { CONFIG } from './schema.ts'
import type { Node } from './schema-nodes.ts'

export interface Viewed {
  /** What was said so far; the view writes into it. */
  readonly stated: Table
  /** The same with everything filled in, deeply frozen; the view reads from it. */
  settings(): Settings
  isFrozen(): boolean
  /** Called before every change. */
  changing(): void
}

/**
 * `domain.config`: reads as if everything had been stated, and remembers only what was.
 * That difference matters: a URI given later still decides the provider, and a profile the rest of a subscription.
 * Values are copied when they are assigned, so two places never share a table.
 */
export function viewConfig(viewed: Viewed): DomainConfig {
  const views = new WeakMap<Table, Table>()
  return viewOf(viewed.stated, CONFIG, []) as unknown as DomainConfig

  function viewOf(stated: Table, shape: Node | undefined, path: readonly string[]): Table {
    const view = views.get(stated) ?? new Proxy(stated, handler(shape, path))
    views.set(stated, view)
    return view
  }

  function handler(shape: Node | undefined, path: readonly string[]): ProxyHandler<Table> {
    const declared = shape?.kind === 'section' ? shape.keys : {}
    const has = (stated: Table, key: string | symbol): key is string => Object.hasOwn(stated, key) || Object.hasOwn(declared, key)
    const read = (stated: Table, key: string): unknown => {
      const child = shape?.kind === 'entries' ? shape.entry : declared[key]
      if (isAlwaysThere(child) && stated[key] === undefined) define(stated, key, {})
      const value = stated[key]
      if (isPlainObject(value)) return viewOf(value, child, [...path, key])
      return member(path.reduce(member, viewed.settings()), key) ?? copyOf(value)
    }
    const change = (stated: Table, key: string | symbol, value: unknown): true => {
      if (viewed.isFrozen()) throw frozen([...path, String(key)])
      viewed.changing()
      if (value === undefined) Reflect.deleteProperty(stated, key)
      else define(stated, key, copyOf(value))
      return true
    }
    return {
      get: (stated, key) => (has(stated, key) ? read(stated, key) : Reflect.get(stated, key)),
      has: (stated, key) => has(stated, key) || Reflect.has(stated, key),
      ownKeys: (stated) => [
        ...new Set([...Reflect.ownKeys(stated), ...Object.keys(declared).filter((key) => read(stated, key) !== undefined)]),
      ],
      getOwnPropertyDescriptor: (stated, key) =>
        has(stated, key) ? { value: read(stated, key), writable: true, enumerable: true, configurable: true } : undefined,
      set: (stated, key, value) => change(stated, key, value),
      defineProperty: (stated, key, { value }) => change(stated, key, value),
      deleteProperty: (stated, key) => change(stated, key, undefined),
    }
  }
}

/** Sections and bags can be filled key by key, so they must be there to be filled; an optional section is only there once it is assigned. */
function isAlwaysThere(node: Node | undefined): boolean {
  return node?.kind === 'entries' || node?.kind === 'bag' || (node?.kind === 'section' && !node.optional)
}

function member(table: unknown, key: string): unknown {
  return isPlainObject(table) && Object.hasOwn(table, key) ? table[key] : undefined
}

function define(table: Table, key: string | symbol, value: unknown): void {
  Object.defineProperty(table, key, { value, writable: true, enumerable: true, configurable: true })
}

function frozen(path: readonly string[]): IncorrectUsageError {
  return new IncorrectUsageError(
    `config.${path.join('.')} cannot be changed after init(): databases, brokers and handlers are set up already. ` +
      'Change it before `await domain.init()`, or after `await domain.close()` and before the next `init()`.',
    { code: 'CONFIG_FROZEN' },
  )
}
