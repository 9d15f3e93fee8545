import { ExpectedVersionError } from '../../errors.ts'
import type { StreamAppend } from '../../ports/change-set.ts'
import { encodeMessageRow } from '../sql/message-rows.ts'
import type { Statement, StatementResult } from '../sql/statement.ts'
import type { Steps } from '../sql/steps.ts'
import { appendTo, appendToMany, lockStreams, streamVersions } from './append-statements.ts'
import type { AppendTargets } from './append-targets.ts'
import { targetsOf } from './append-targets.ts'

export interface AppendPlan {
  /** Takes all locks, then appends. Empty when there is nothing to append. */
  readonly statements: readonly Statement[]
  /** The last position of each stream, from the results of these statements. */
  positions(results: readonly StatementResult[]): ReadonlyMap<string, number>
}

/** Statements that check the expected versions themselves. Undefined where `targetsOf` is. */
export function planAppends(appends: readonly StreamAppend[]): AppendPlan | undefined {
  const targets = targetsOf(appends)
  if (targets === undefined) return undefined
  if (targets.size === 0) return { statements: [], positions: () => new Map() }
  return { statements: appendStatements(targets), positions: ([, appended]) => positionsIn(targets, appended) }
}

/** One that takes all locks, and one that appends. There is one target at least. */
export function appendStatements(targets: AppendTargets): readonly [lock: Statement, append: Statement] {
  const [[stream, target] = ['', undefined]] = targets
  const lock = lockStreams([...targets.keys()])
  if (targets.size > 1 || target === undefined) return [lock, appendToMany(targets)]
  return [lock, appendTo(stream, target.category, target.expected, target.messages.map(encodeMessageRow))]
}

/** The last position of each stream, from the result of the statement that appends. */
export function positionsIn(targets: AppendTargets, appended: StatementResult | undefined): ReadonlyMap<string, number> {
  const positions = new Map([...targets.keys()].map((stream) => [stream, -1]))
  const [only = ''] = positions.keys()
  for (const { stream = only, position } of appended?.rows ?? []) {
    const name = stream as string
    positions.set(name, Math.max(Number(position), positions.get(name) ?? -1))
  }
  return positions
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
