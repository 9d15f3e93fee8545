import type { ChangeSet } from '../../ports/change-set.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Claim, Selection } from '../../ports/database.ts'
import type { StatementFeed } from '../../ports/statement-feed.ts'
import type { ClusterRow, ClusterSchema, TableSchema } from '../../ports/table.ts'

/**
 * Reports what a memory database is asked, in words of its own, and in as many round trips as a server would take: one for each level of a cluster that has
 * rows, one for a change set. So a test that counts them holds on every database.
 */
export class OperationReport {
  readonly #feed: StatementFeed

  constructor(feed: StatementFeed) {
    this.#feed = feed
  }

  load(cluster: ClusterSchema, ids: readonly string[], rows: readonly ClusterRow[]): void {
    if (!this.#feed.isHeard || ids.length === 0) return
    this.#tell(`load ${cluster.table.name}`, ids)
    this.#children([{ cluster, rows }])
  }

  select(selection: Selection, rows: readonly ClusterRow[]): void {
    this.#found('select', selection, rows)
  }

  claim({ cluster, where, orderBy, limit }: Claim, rows: readonly ClusterRow[]): void {
    this.#found('claim', { cluster, where, orderBy, limit }, rows)
  }

  #found(verb: string, { cluster, where, orderBy, limit, rootsOnly }: Selection, rows: readonly ClusterRow[]): void {
    if (!this.#feed.isHeard) return
    const values: unknown[] = []
    const order = orderBy.map(({ column, descending }) => ` ${descending ? '-' : ''}${column}`).join('')
    const words = `${verb} ${cluster.table.name}${whereWords(where, values)}${order && ` order by${order}`}`
    this.#tell(limit === undefined ? words : `${words} limit ${limit}`, values)
    if (rootsOnly !== true) this.#children([{ cluster, rows }])
  }

  /** `verb` is what is done with the rows that meet the criteria. */
  matching(verb: string, table: TableSchema, where: Criteria): void {
    if (!this.#feed.isHeard) return
    const values: unknown[] = []
    const words = whereWords(where, values)
    this.#tell(`${verb} ${table.name}${words}`, values)
  }

  changes({ deletes, updates, inserts, appends }: ChangeSet): void {
    if (!this.#feed.isHeard) return
    const operations = [
      ...deletes.map(({ table }) => [`delete ${table.name}`, 1] as const),
      ...updates.map(({ table }) => [`update ${table.name}`, 1] as const),
      ...inserts.map(({ table, rows }) => [`insert ${table.name}`, rows.length] as const),
      ...appends.map(({ category, messages }) => [`append ${category}`, messages.length] as const),
    ]
    if (operations.length === 0) return
    this.#feed.together(() => {
      for (const [words, count] of operations) this.#tell(words, Array.from({ length: count }))
    })
  }

  /** A question to the log of messages. */
  log(words: string, ...values: readonly unknown[]): void {
    if (this.#feed.isHeard) this.#tell(words, values)
  }

  #children(levels: readonly { readonly cluster: ClusterSchema; readonly rows: readonly ClusterRow[] }[]): void {
    const next = levels.flatMap(({ cluster, rows }) =>
      rows.length === 0
        ? []
        : cluster.children.map((child, at) => ({
            cluster: child,
            rows: rows.flatMap(({ children }) => children[at] ?? []),
            parents: rows,
          })),
    )
    if (next.length === 0) return
    this.#feed.together(() => {
      for (const { cluster, parents } of next) this.#tell(`load ${cluster.table.name} of its parents`, parents)
    })
    this.#children(next)
  }

  #tell(text: string, values: readonly unknown[]): void {
    this.#feed.running({ text, values }, () => undefined)
  }
}

function whereWords(where: Criteria, values: unknown[]): string {
  const words = criteriaWords(where, values)
  return words === '' ? '' : ` where ${words}`
}

/** The criteria without their values, which are put in the list. */
function criteriaWords(where: Criteria, values: unknown[]): string {
  switch (where.op) {
    case 'and':
    case 'or': {
      const terms = where.terms.map((term) => criteriaWords(term, values)).filter((term) => term !== '')
      return terms.length > 1 ? `(${terms.join(` ${where.op} `)})` : (terms[0] ?? '')
    }
    case 'not':
      return `not (${criteriaWords(where.term, values)})`
    case 'some':
      return `some ${where.child.name} (${criteriaWords(where.where, values)})`
    case 'compare':
      values.push(where.value)
      return `${where.column} ${where.lookup} ?`
  }
}
