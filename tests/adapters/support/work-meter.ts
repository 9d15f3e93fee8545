type Method = (this: unknown, ...args: unknown[]) => unknown

/** Counts one for the call. */
const LOOKUPS: readonly [object, readonly string[]][] = [
  [Map.prototype, ['get', 'set', 'has', 'delete']],
  [Set.prototype, ['add', 'has', 'delete']],
  [Array.prototype, ['push', 'at']],
]
/** Counts everything that there is to go through. */
const WALKS: readonly [object, readonly (string | symbol)[]][] = [
  [Map.prototype, ['forEach', 'keys', 'values', 'entries', Symbol.iterator]],
  [Set.prototype, ['forEach', 'keys', 'values', 'entries', Symbol.iterator]],
  [
    Array.prototype,
    [
      'forEach',
      'map',
      'filter',
      'flatMap',
      'some',
      'every',
      'find',
      'findIndex',
      'indexOf',
      'includes',
      'reduce',
      'sort',
      'concat',
      'entries',
      'splice',
      Symbol.iterator,
    ],
  ],
]
/** Counts what comes out. */
const COPIES: readonly [object, readonly string[]][] = [[Array.prototype, ['slice']]]

/**
 * How much work something is: entries looked up, walked over and copied in maps, sets and lists. Unlike time, that is the same in every run, and it
 * grows with what is stored as soon as anything walks over or copies that.
 */
export async function workOf(action: () => Promise<unknown>): Promise<number> {
  let work = 0
  const restore = [
    ...patched(LOOKUPS, () => {
      work += 1
    }),
    ...patched(WALKS, (subject) => {
      work += sizeOf(subject)
    }),
    ...patched(COPIES, (_, result) => {
      work += sizeOf(result)
    }),
  ]
  try {
    await action()
  } finally {
    for (const undo of restore) undo()
  }
  return work
}

function sizeOf(subject: unknown): number {
  return subject instanceof Map || subject instanceof Set ? subject.size : Array.isArray(subject) ? subject.length : 0
}

function patched(
  methods: readonly [object, readonly (string | symbol)[]][],
  count: (subject: unknown, result: unknown) => void,
): (() => void)[] {
  const undo: (() => void)[] = []
  for (const [prototype, names] of methods) {
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at]!
      const original = Object.getOwnPropertyDescriptor(prototype, name)!
      const method = original.value as Method
      const counting: Method = function (...args) {
        const result = Reflect.apply(method, this, args)
        count(this, result)
        return result
      }
      Object.defineProperty(prototype, name, { ...original, value: counting })
      undo.push(() => Object.defineProperty(prototype, name, original))
    }
  }
  return undo
}
