import type { Issue } from '../errors.ts'
import { IncorrectUsageError } from '../errors.ts'
import { deepEqual } from '../util/plain.ts'
import { attach, detach } from './association.ts'
import { atomically, joinChangeOf, recordChange } from './atomic.ts'
import { identityOf, stateOf, Tracked } from './entity-state.ts'
import type { FieldSpec } from './field-spec.ts'

/**
 * The list behind a has-many field. It is an array, so that everything that reads arrays works on it; the children themselves are kept in
 * `#current`, and a list that was written to by index, behind the framework's back, is found out when it is next changed, checked or saved.
 */
export class ChildList extends Array<Tracked> {
  readonly #owner: Tracked
  readonly #name: string
  readonly #spec: FieldSpec
  #current: readonly Tracked[] = []

  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  constructor(owner: Tracked, name: string, spec: FieldSpec) {
    super()
    this.#owner = owner
    this.#name = name
    this.#spec = spec
  }

  /** The children, whatever the visible list shows. */
  get kept(): readonly Tracked[] {
    return this.#current
  }

  /** The children, after making sure that the visible list still shows them. */
  get intact(): readonly Tracked[] {
    if (this.length !== this.#current.length || this.#current.some((child, index) => this[index] !== child)) {
      throw new IncorrectUsageError(
        `${stateOf(this.#owner).definition.name}.${this.#name} was written to by index or length. Use add(), remove(), or assign a new list.`,
      )
    }
    return this.#current
  }

  add(...children: readonly unknown[]): void {
    const issues: Issue[] = []
    const before = this.intact
    const next = [...before]
    for (const [index, child] of children.entries()) {
      const path = `${this.#name}[${before.length + index}]`
      const admitted = this.#spec.rule.coerce(child ?? '', path, issues) as Tracked | undefined
      if (admitted !== undefined && !next.includes(admitted)) next.push(admitted)
    }
    this.#refuseDuplicates(next, issues)
    this.#throwIf(issues)
    this.become(next)
  }

  remove(...children: readonly Tracked[]): void {
    if (!children.every(Tracked.is)) {
      throw new IncorrectUsageError(
        `${stateOf(this.#owner).definition.name}.${this.#name}.remove() takes the children themselves. Look one up with find(), and make sure that it is there.`,
      )
    }
    const gone = new Set(children.map((child) => keyOf(child)))
    this.become(this.intact.filter((child) => !gone.has(keyOf(child))))
  }

  replace(children: readonly unknown[]): void {
    const issues: Issue[] = []
    const admitted = this.admit(children, issues)
    this.#throwIf(issues)
    this.become(admitted ?? [])
  }

  override find(wanted: unknown): Tracked | undefined {
    if (typeof wanted === 'function') return super.find(wanted as (child: Tracked) => unknown)
    if (typeof wanted === 'string') return super.find((child) => identityOf(child) === wanted)
    const values = Object.entries(wanted as Record<string, unknown>)
    return super.find((child) => values.every(([name, value]) => deepEqual((child as unknown as Record<string, unknown>)[name], value)))
  }

  /** Takes a whole list as input: issues are added, not thrown; undefined when there are any. */
  admit(input: unknown, issues: Issue[]): readonly Tracked[] | undefined {
    const before = issues.length
    if (input === undefined || input === null) return []
    if (!Array.isArray(input)) {
      issues.push({ path: this.#name, code: 'TYPE', message: 'must be a list' })
      return undefined
    }
    const children = input.map((child: unknown, index) => this.#spec.rule.coerce(child ?? '', `${this.#name}[${index}]`, issues) as Tracked)
    if (issues.length === before) this.#refuseDuplicates(children, issues)
    return issues.length === before ? [...new Set(children)] : undefined
  }

  /** Makes these the children, as one atomic change. */
  become(next: readonly Tracked[]): void {
    const before = this.intact
    if (next.length === before.length && next.every((child, index) => child === before[index])) return
    for (const child of next) joinChangeOf(child, this.#owner)
    atomically(this.#owner, () => this.#replace(before, next), [])
  }

  #replace(before: readonly Tracked[], next: readonly Tracked[]): void {
    recordChange(this.#owner, () => this.#show(before))
    const kept = new Set(next)
    for (const child of before) if (!kept.has(child)) detach(child, this.#owner)
    const known = new Set(before)
    for (const child of next) if (!known.has(child)) attach(child, this.#owner)
    this.#show(next)
  }

  #show(children: readonly Tracked[]): void {
    this.#current = children
    this.length = 0
    for (const child of children) super.push(child)
  }

  #refuseDuplicates(children: readonly Tracked[], issues: Issue[]): void {
    const seen = new Map<string, Tracked>()
    for (const [index, child] of children.entries()) {
      const id = child === undefined ? undefined : identityOf(child)
      if (id === undefined) continue
      const other = seen.get(id)
      if (other !== undefined && other !== child) {
        issues.push({
          path: `${this.#name}[${index}]`,
          code: 'DUPLICATE_CHILD',
          message: `has the identity ${id}, which another one has already`,
        })
      }
      seen.set(id, child)
    }
  }

  #throwIf(issues: readonly Issue[]): void {
    if (issues.length > 0) throw stateOf(this.#owner).definition.invalid(issues)
  }
}

/** What a child is known by: another object of the same kind and identity is the same child. */
function keyOf(child: Tracked): unknown {
  const id = identityOf(child)
  return id === undefined ? child : `${stateOf(child).definition.name} ${id}`
}

for (const name of ['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'] as const) {
  Object.defineProperty(ChildList.prototype, name, {
    value() {
      throw new IncorrectUsageError(`${name}() would change the children in place. Use add(), remove(), or assign a new list.`)
    },
  })
}
