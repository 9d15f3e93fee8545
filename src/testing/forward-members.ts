import { IncorrectUsageError } from '../errors.ts'
import type { Constructor } from '../model/element-ref.ts'

/** What `Own` has, and what `Subject` has beside it, to be read. */
export type WithMembersOf<Own, Subject> = Own & Readonly<Omit<Subject, keyof Own>>

export interface Forwarding<Subject> {
  readonly cls: Constructor<object>
  /** What members are read of; there may be none at the moment. */
  current(): Subject | undefined
  /** The error for a member that is asked for while there is none. */
  missing(member: string): Error
}

/**
 * `own` as an object that also has the members of another, which may change or be absent: its fields can be read and its methods called.
 * For matchers such as `toMatchObject` it looks like an instance of that other's class with the accessors of `own` as properties.
 */
export function forwardMembers<Own extends object, Subject extends object>(
  own: Own,
  { cls, current, missing }: Forwarding<Subject>,
): WithMembersOf<Own, Subject> {
  const accessors = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(own) as object))
    .filter(([, descriptor]) => descriptor.get !== undefined)
    .map(([name]) => name)
  const proxy = new Proxy(own, {
    get(target, key) {
      if (key in target) return member(target, key)
      const subject = current()
      if (subject !== undefined) return member(subject, key)
      if (typeof key === 'string' && key in (cls.prototype as object)) throw missing(key)
      return undefined
    },
    has: (target, key) => key in target || key in (current() ?? {}),
    set(_target, key) {
      throw new IncorrectUsageError(
        `${String(key)} cannot be assigned: a result is there to be read. Change the aggregate in a command handler, or one that you load from its repository.`,
      )
    },
    getPrototypeOf: (target) => Object.getPrototypeOf(current() ?? target) as object,
    ownKeys: () => accessors,
    getOwnPropertyDescriptor(target, key) {
      if (!accessors.includes(String(key))) return undefined
      return { value: member(target, key), enumerable: true, configurable: true, writable: false }
    },
  })
  return proxy as WithMembersOf<Own, Subject>
}

/** Methods are bound, because private members cannot be reached through a proxy. */
function member(object: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(object, key, object)
  return typeof value === 'function' && key !== 'constructor' ? (value.bind(object) as unknown) : value
}
