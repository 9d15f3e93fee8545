import { DuplicateCommandError, IncorrectUsageError, ValidationError } from '../errors.ts'
import type { Database } from '../ports/database.ts'
import type { ClusterSchema, TableSchema } from '../ports/table.ts'
import { UniqueViolation } from '../ports/unique-violation.ts'
import { EVENT_OUTBOX } from '../unit-of-work/event-outbox.ts'
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts'
import type { JsonValue } from '../util/json.ts'
import { camelCaseName } from '../util/names.ts'
import { frozenJson } from '../util/plain.ts'

/** One row for each idempotency key used: written in the transaction of the command's effects, so that both are there or neither. */
const IDEMPOTENCY_TABLE: TableSchema = {
  name: 'protean_idempotency',
  element: 'Idempotency key',
  primaryKey: 'id',
  columns: [
    { name: 'id', type: 'text', required: true, field: 'id' },
    { name: 'result', type: 'json', required: false, field: 'result' },
    { name: 'recorded_at', type: 'timestamp', required: true, field: 'recordedAt' },
  ],
  uniques: [],
  indexes: [],
}

export const IDEMPOTENCY_CLUSTER: ClusterSchema = { table: IDEMPOTENCY_TABLE, children: [] }

/** Keys of different commands, and of different domains in one database, do not meet. */
export function idempotencyId(type: string, key: string): string {
  return `${type}:${key}`
}

/** How the keys of all commands of a domain begin. */
export function idempotencyDomain(domainName: string): string {
  return `${camelCaseName(domainName)}.`
}

export interface EarlierResult {
  readonly result: unknown
}

export async function earlierResult(database: Database, id: string): Promise<EarlierResult | undefined> {
  const [found] = await database.load(IDEMPOTENCY_CLUSTER, [id])
  return found === undefined ? undefined : { result: found.row.result ?? undefined }
}

/** Notes the result of a command, to be committed with its effects. */
export function recordResult(unitOfWork: UnitOfWork, database: Database, id: string, result: unknown, now: Date): void {
  const plain = result === undefined ? null : plainResult(result)
  unitOfWork.insert(IDEMPOTENCY_TABLE, { id, result: plain, recorded_at: now }, database)
}

/** Whether an error means that the same key was committed by somebody else meanwhile, or the same message: of two reasons either may be given. */
export function lostToDuplicate(error: unknown): boolean {
  return isTaken(error, IDEMPOTENCY_TABLE) || isTaken(error, EVENT_OUTBOX)
}

/** Whether an error means that a key of this table is there already. */
export function isTaken(error: unknown, table: TableSchema): boolean {
  return error instanceof ValidationError && error.cause instanceof UniqueViolation && error.cause.table === table
}

export function answerDuplicate(key: string, { result }: EarlierResult, raise: boolean): unknown {
  if (raise) throw new DuplicateCommandError(`A command with idempotency key ${key} was processed already.`, result)
  return result
}

function plainResult(result: unknown): JsonValue {
  return frozenJson(result, 'result', (path, what) => {
    throw new IncorrectUsageError(
      `The handler's ${path} is ${what}, which cannot be kept for the next submission with the same idempotency key. Return plain JSON data.`,
    )
  })
}
