import type { ChangeSet } from '../ports/change-set.ts'

/**
 * Stores changes in the home database, in one transaction with a sign of who holds the lease. Gives false, with nothing stored, when that is not the holder any
 * more that the fence was made for. What it stores before the lease changes hands, the next holder finds when it starts.
 */
export type Fence = (changes: ChangeSet) => Promise<boolean>
