/** One page of results, frozen. Iterates over its items. */
export class Page<Item> {
  readonly items: readonly Item[]
  /** How many match in all. */
  readonly total: number
  /** From 1; 1 also without a limit. */
  readonly page: number
  /** The limit; undefined when there was none. */
  readonly pageSize: number | undefined
  /** 0 when nothing matches, 1 without a limit. */
  readonly totalPages: number
  readonly hasNext: boolean
  readonly hasPrev: boolean
  readonly first: Item | undefined
  readonly last: Item | undefined

  constructor(items: readonly Item[], total: number, limit: number | undefined, offset: number) {
    // A page size of 0 has no pages: going on to the next one would never end.
    const isPaged = limit !== undefined && limit > 0
    this.items = Object.freeze([...items])
    this.total = total
    this.page = isPaged ? Math.floor(offset / limit) + 1 : 1
    this.pageSize = limit
    this.totalPages = isPaged ? Math.ceil(total / limit) : total === 0 || limit === 0 ? 0 : 1
    this.hasNext = isPaged && offset + limit < total
    this.hasPrev = items.length > 0 && offset > 0
    this.first = items[0]
    this.last = items.at(-1)
    Object.freeze(this)
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.items[Symbol.iterator]()
  }
}
