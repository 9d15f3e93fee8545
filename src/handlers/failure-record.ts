import { isProteanError } from '../errors.ts'
import type { Message } from '../messaging/message.ts'
import { decodeMessage, encodeMessage } from '../messaging/message-codec.ts'
import type { ColumnValue, Row } from '../ports/table.ts'

/**
 * `retrying`: its stream waits for it. `behind`: it is dealt with, and its stream has to be read again from there, because later messages were passed over
 * meanwhile. `dead`: given up; its stream went on. `replay`, `skip`: what somebody asked for, and the subscription is to do.
 */
export type FailureStatus = 'retrying' | 'behind' | 'dead' | 'replay' | 'skip'

/** A message that a subscription could not handle: what is known of it and what is to become of it. */
export interface FailureRecord {
  readonly id: string
  readonly subscription: string
  readonly handler: string
  readonly message: Message
  readonly stream: string
  readonly position: number
  /** How often handling it was begun. */
  readonly attempts: number
  readonly status: FailureStatus
  readonly dueAt: Date | undefined
  /** Stable code of the error, where it had one. */
  readonly code: string | undefined
  readonly reason: string
  readonly stack: string | undefined
  /** When it failed first, and last. */
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly version: number
}

const MAX_STACK = 8000
const MAX_REASON = 2000

export function failureId(subscription: string, messageId: string): string {
  return `${subscription}|${messageId}`
}

export function rowOfFailure(record: FailureRecord): Row {
  return {
    id: record.id,
    subscription: record.subscription,
    handler: record.handler,
    stream: record.stream,
    position: record.position,
    type: record.message.type,
    message_id: record.message.id,
    message: encodeMessage(record.message),
    attempts: record.attempts,
    status: record.status,
    due_at: record.dueAt ?? null,
    code: record.code ?? null,
    reason: record.reason,
    stack: record.stack ?? null,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    version: record.version,
  }
}

export function failureOfRow(row: Row): FailureRecord {
  const optional = <Value>(name: string) => (row[name] ?? undefined) as Value | undefined
  return {
    id: row.id as string,
    subscription: row.subscription as string,
    handler: row.handler as string,
    // A payload that was tampered with is one of the reasons to be here.
    message: decodeMessage(row.message, { validate: false }),
    stream: row.stream as string,
    position: row.position as number,
    attempts: row.attempts as number,
    status: row.status as FailureStatus,
    dueAt: optional<Date>('due_at'),
    code: optional<string>('code'),
    reason: row.reason as string,
    stack: optional<string>('stack'),
    createdAt: row.created_at as ColumnValue as Date,
    updatedAt: row.updated_at as ColumnValue as Date,
    version: row.version as number,
  }
}

/** What is kept of an error: its chain of causes in the reason, its stack shortened. */
export function describeError(error: unknown): Pick<FailureRecord, 'code' | 'reason' | 'stack'> {
  const reasons: string[] = []
  for (let at: unknown = error; at !== undefined && reasons.length < 5; at = at instanceof Error ? at.cause : undefined) {
    const text = at instanceof Error ? `${at.name}: ${at.message}` : String(at)
    if (!reasons.some((earlier) => earlier.includes(text))) reasons.push(text)
  }
  return {
    code: isProteanError(error) ? error.code : undefined,
    reason: storable(reasons.join('; caused by ')).slice(0, MAX_REASON) || 'unknown',
    stack: error instanceof Error && error.stack !== undefined ? storable(error.stack).slice(0, MAX_STACK) : undefined,
  }
}

/** Texts of errors may hold what no column takes. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}
