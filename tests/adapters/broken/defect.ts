/** An adapter with one thing wrong with it. */
export interface Defect<Harness> {
  /** What is wrong, as a sentence without its end. */
  readonly defect: string
  /** The `describe` of the suite that has to notice. Others may notice too. */
  readonly breaks: string
  create(): Harness
}

/** The same object, but for some members. */
export function overriding<Target extends object>(target: Target, overrides: Partial<Target>): Target {
  return new Proxy(target, {
    get(inner, key) {
      const own: unknown = Reflect.get(Object.hasOwn(overrides, key) ? overrides : inner, key)
      return typeof own === 'function' && !Object.hasOwn(overrides, key) ? own.bind(inner) : own
    },
  })
}
