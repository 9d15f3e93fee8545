import { IncorrectUsageError } from '../errors.ts'
import type { LogRead } from './event-store.ts'

/** Refuses a partition that is none (`IncorrectUsageError`, `INVALID_PARTITION`). Every event store calls it before it reads, so that all refuse the same. */
export function checkLogRead({ partition }: LogRead): void {
  if (partition === undefined) return
  const { index, count } = partition
  if (Number.isSafeInteger(count) && count >= 1 && Number.isSafeInteger(index) && index >= 0 && index < count) return
  throw new IncorrectUsageError(
    `Partition ${index} of ${count} cannot be read: give a count of 1 or more, and an index from 0 to below it.`,
    { code: 'INVALID_PARTITION' },
  )
}
