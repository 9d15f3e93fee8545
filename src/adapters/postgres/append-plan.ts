import { ExpectedVersionError } from '../../errors.ts'
import type { StreamAppend } from '../../ports/change-set.ts'
import { encodeMessageRow } from '../sql/message-rows.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import type { Steps } from '../sql/steps.ts'
import { appendTo, lockStreams, streamVersions } from './append-statements.ts'

export interface AppendPlan {
  /** Takes all locks, then appends. Empty when there is nothing to append. */
  readonly statements: readonly Statement[]
  /** The last position of each stream, from the results of these statements. */
  positions(results: readonly StatementResult[]): ReadonlyMap<string, number>
}

interface Target {
  readonly category: string
  readonly messages: StreamAppend['messages'][number][]
  /** Version that the stream must have before the first append, when one of them says. */
  expected: number | undefined
}

/** Statements that check the expected versions themselves. Undefined when two of the versions cannot both be right, which only looking at the stream can tell apart. */
export function planAppends(appends: readonly StreamAppend[]): AppendPlan | undefined {
  const targets = new Map<string, Target>()
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
  const streams = [...targets.keys()]
  if (streams.length === 0) return { statements: [], positions: () => new Map() }
  const writes = [...targets].map(([stream, { category, expected, messages }]) =>
    appendTo(stream, category, expected, messages.map(encodeMessageRow)),
  )
  return {
    statements: [lockStreams(streams), ...writes],
    positions: (results) => new Map(streams.map((stream, at) => [stream, Number(results[at + 1]?.rows[0]?.position)])),
  }
}

/** The last position of each stream as it is after appends to streams that are now at these versions (none when absent). Fails with `ExpectedVersionError`. */
export function positionsAfter(versions: ReadonlyMap<string, number>, appends: readonly StreamAppend[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>()
  for (const { stream, expectedVersion, messages } of appends) {
    if (messages.length === 0) continue
    const position = positions.get(stream) ?? versions.get(stream) ?? -1
    if (expectedVersion !== undefined && expectedVersion !== position) throw new ExpectedVersionError(stream, expectedVersion, position)
    positions.set(stream, position + messages.length)
  }
  return positions
}

/** Appends within a transaction that ends soon afterwards. Says what version it found when it is not the expected one. */
export function* appendSteps(appends: readonly StreamAppend[]): Steps<ReadonlyMap<string, number>> {
  const streams = streamsOf(appends)
  if (streams.length === 0) return new Map()
  const [, stored] = yield [lockStreams(streams), streamVersions(streams)]
  const positions = positionsAfter(versionsIn(stored), appends)
  const { statements = [] } = planAppends(appends.map(({ expectedVersion: _, ...append }) => append)) ?? {}
  yield statements.slice(1)
  return positions
}

/** Where streams stand now, not taking any lock. */
export function* versionSteps(streams: readonly string[]): Steps<ReadonlyMap<string, number>> {
  if (streams.length === 0) return new Map()
  const [stored] = yield [streamVersions(streams)]
  return versionsIn(stored)
}

/** Those appended to, each once. */
export function streamsOf(appends: readonly StreamAppend[]): readonly string[] {
  return [...new Set(appends.filter(({ messages }) => messages.length > 0).map(({ stream }) => stream))]
}

function versionsIn(result: StatementResult | undefined): ReadonlyMap<string, number> {
  return new Map((result?.rows ?? []).map(({ stream, position }) => [stream as string, Number(position)]))
}
