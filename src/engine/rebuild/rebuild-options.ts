/** What a rebuild is doing: making the new table, bringing it up to date, taking over from the live handling, nothing any more. */
export type RebuildPhase = 'preparing' | 'building' | 'switching' | 'done'

/** An event that the projectors refused, and that the rebuild went past. */
export interface SkippedEvent {
  readonly messageId: string
  readonly type: string
  readonly stream: string
  readonly reason: string
}

export interface RebuildProgress {
  readonly projection: string
  readonly phase: RebuildPhase
  /** Events of the projectors' kinds read from the log so far, those of a rebuild that this one goes on with included. */
  readonly read: number
  readonly skipped: number
  /** The first hundred of those. */
  readonly skippedEvents: readonly SkippedEvent[]
}

export interface RebuildResult extends RebuildProgress {
  /** Rows that readers saw until the switch, and see since. */
  readonly rowsBefore: number
  readonly rowsAfter: number
  /** Whether it went on with what an earlier one had left. */
  readonly isResumed: boolean
}

export interface RebuildOptions {
  /** Events to a transaction. 500 when left out. */
  readonly batchSize?: number
  /**
   * What becomes of an event that a projector throws at, or that cannot be read. `stop`, when left out: the rebuild ends with `REBUILD_STOPPED`, and goes on
   * from there when it is called again. `skip`: its effects are left out, and the result names it.
   */
  readonly onError?: 'stop' | 'skip'
  /** Refuses the switch, with `REBUILD_REFUSED`. When left out: an empty table does not replace one that has rows. */
  readonly refuseIf?: (rows: { readonly before: number; readonly after: number }) => boolean
  /** Begins anew also where an earlier rebuild could be gone on with, as after a change of what a projector does. */
  readonly restart?: boolean
  /**
   * For a domain with `eventProcessing: 'sync'`, whose projectors run in whatever process writes and can be paused by nobody: nothing that this projection is
   * made of is written until the rebuild has ended.
   */
  readonly writersAreStopped?: boolean
  /** Ends it before the next transaction, with the signal's reason. What is done is kept, to be gone on with. */
  readonly signal?: AbortSignal
  /** Called after every transaction. What it throws ends the rebuild as the signal would. */
  readonly onProgress?: (progress: RebuildProgress) => void
}
