import type { StreamAppend } from '../../ports/change-set.ts'

/** What goes to one stream, all appends to it together. */
export interface AppendTarget {
  readonly category: string
  readonly messages: StreamAppend['messages'][number][]
  /** Version that the stream must have before the first append, when one of them says. */
  expected: number | undefined
}

export type AppendTargets = ReadonlyMap<string, AppendTarget>

/** Appends by stream. Undefined when two of the expected versions cannot both be right, which only looking at the stream can tell apart. */
export function targetsOf(appends: readonly StreamAppend[]): AppendTargets | undefined {
  const targets = new Map<string, AppendTarget>()
  for (const { stream, category, expectedVersion, messages } of appends) {
    if (messages.length === 0) continue
    const target = targets.get(stream) ?? { category, messages: [], expected: undefined }
    if (expectedVersion !== undefined) {
      const before = expectedVersion - target.messages.length
      if (target.expected !== undefined && target.expected !== before) return undefined
      target.expected = before
    }
    target.messages.push(...messages)
    targets.set(stream, target)
  }
  return targets
}
