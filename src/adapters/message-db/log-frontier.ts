/** What was seen of the log at one moment; `newest` was looked up first. */
export interface Sighting {
  /** Highest position that was visible; 0 when there was none. */
  readonly newest: number
  /** The transactions that were writing. */
  readonly writers: readonly string[]
}

/** A look that was begun. */
export interface Look {
  readonly time: number
  /** The frontier as it was known then. */
  readonly frontier: number
}

/**
 * The position up to which everything in the log is there for good: readers of all categories may go so far and no further. Why it holds: a transaction that
 * has drawn a position is a writer until it ends, and what it wrote is visible before it ceases to be one. So when the transactions that wrote after the
 * newest message was seen have all ended, nothing can appear at or before that message any more.
 */
export class LogFrontier {
  #settled = 0
  #pending: { readonly newest: number; readonly writers: ReadonlySet<string>; readonly since: number } | undefined
  #time = 0

  /** To be called before a look at the log is sent; goes with what was seen to `observe`. */
  begin(): Look {
    this.#time += 1
    return { time: this.#time, frontier: this.#settled }
  }

  /**
   * Gives the frontier for a page that was read after what was seen, in the same look. Looks may come back in another order than they were sent in: what
   * another one has found out since this one was begun says nothing about what this one's page has in it.
   */
  observe(look: Look, { newest, writers }: Sighting): number {
    // Somebody has emptied the log and begun to count anew.
    if (newest < look.frontier) return this.#restart()
    const pending = this.#pending
    let frontier = look.frontier
    if (writers.length === 0) frontier = newest
    // A look from before the writers were noted says nothing about whether they have ended.
    else if (pending !== undefined && look.time > pending.since && !writers.some((writer) => pending.writers.has(writer)))
      frontier = Math.max(frontier, pending.newest)
    this.#settled = Math.max(this.#settled, frontier)
    if (this.#pending !== undefined && this.#pending.newest <= this.#settled) this.#pending = undefined
    if (this.#pending === undefined && newest > this.#settled)
      this.#pending = { newest, writers: new Set(writers), since: this.begin().time }
    return frontier
  }

  #restart(): number {
    this.#settled = 0
    this.#pending = undefined
    return 0
  }
}
