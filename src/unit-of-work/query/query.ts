import { NotSupportedError, ObjectNotFoundError, TooManyObjectsError } from '../../errors.ts'
import type { Criteria } from '../../ports/criteria.ts'
import type { Selection } from '../../ports/database.ts'
import type { ClusterRow } from '../../ports/table.ts'
import type { Condition } from './condition.ts'
import { allOf, buildCriteria, negated } from './criteria-builder.ts'
import { rowsInPages } from './keyset.ts'
import { parseOrder } from './ordering.ts'
import { Page } from './page.ts'
import type { QuerySource } from './query-source.ts'
import type { QueryState } from './query-state.ts'
import { ASKS_FOR_ALL, selectionOf, wholeNumber } from './query-state.ts'
import type { Changes } from './query-writes.ts'
import { claimMatching, deleteMatching, updateMatching } from './query-writes.ts'
import type { IterateOptions, OrderName, ReadOnlyQuery, SelectablePath } from './read-only-query.ts'
import type { SelectedRecord } from './selected-record.ts'
import { recordOf, recordShape } from './selected-record.ts'

const PAGE_SIZE = 200

/** A query that can also change and delete what it finds. See `ReadOnlyQuery` for the rest. */
export class Query<Element extends object, Item = Element> implements ReadOnlyQuery<Element, Item> {
  readonly #source: QuerySource<Element>
  readonly #state: QueryState

  constructor(source: QuerySource<Element>, state: QueryState = ASKS_FOR_ALL) {
    this.#source = source
    this.#state = state
  }

  filter(condition: Condition<Element>, ...more: readonly Condition<Element>[]): Query<Element, Item> {
    return this.#narrowed([condition, ...more].map((one) => this.#criteria(one)))
  }

  exclude(condition: Condition<Element>, ...more: readonly Condition<Element>[]): Query<Element, Item> {
    return this.#narrowed([condition, ...more].map((one) => negated(this.#criteria(one))))
  }

  orderBy(...names: readonly OrderName<Element>[]): Query<Element, Item> {
    return this.#with({ order: parseOrder(this.#source.mapping, names, this.#state.order) })
  }

  limit(count: number | undefined): Query<Element, Item> {
    return this.#with({ limit: count === undefined ? undefined : wholeNumber('limit', count, 0) })
  }

  offset(count: number): Query<Element, Item> {
    return this.#with({ offset: wholeNumber('offset', count, 0) })
  }

  select<const Path extends SelectablePath<Element>>(...paths: readonly Path[]): ReadOnlyQuery<Element, SelectedRecord<Element, Path>> {
    const shape = recordShape(this.#source.mapping, paths)
    const readOnly = this.#state.readOnly ?? 'it selects records'
    return new Query<Element, SelectedRecord<Element, Path>>(this.#source, { ...this.#state, shape, readOnly })
  }

  /** The same query without `update`, `delete` and `claim`, by type and at run time. */
  readOnly(): ReadOnlyQuery<Element, Item> {
    return this.#with({ readOnly: this.#state.readOnly ?? 'it is the query of a view' })
  }

  async all(): Promise<Page<Item>> {
    const { limit, offset } = this.#state
    const isPart = limit !== undefined || offset > 0
    const reads = await this.#source.reads()
    const { rows, total = rows.length } = await reads.select({ ...this.#selection(), withTotal: isPart ? true : undefined })
    return new Page(
      rows.map((row) => this.#item(row)),
      total,
      limit,
      offset,
    )
  }

  async first(): Promise<Item | undefined> {
    const [found] = await this.#atMost(1)
    return found
  }

  async one(): Promise<Item> {
    const [found, another] = await this.#atMost(2)
    const { name } = this.#source.mapping.definition
    if (found === undefined) throw new ObjectNotFoundError(`There is no ${name} that matches.`)
    if (another !== undefined) throw new TooManyObjectsError(`More than one ${name} matches. Narrow the query, or take first() or all().`)
    return found
  }

  async count(): Promise<number> {
    const reads = await this.#source.reads()
    return reads.count(this.#source.mapping.table, this.#where)
  }

  async exists(): Promise<boolean> {
    const reads = await this.#source.reads()
    return reads.exists(this.#source.mapping.table, this.#where)
  }

  iterate(options: IterateOptions = {}): AsyncGenerator<Item, void, undefined> {
    return this.#items(wholeNumber('pageSize', options.pageSize === undefined ? PAGE_SIZE : options.pageSize, 1))
  }

  [Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    return this.iterate()
  }

  /**
   * Gives every match these values and saves it, all in one unit of work; null clears a field. Field rules, transitions, invariants and versions apply as to
   * any change, and when one object fails none is changed. Returns how many matched. Projections are changed in one statement
   * where nothing has to be looked at row by row. Throws `NotSupportedError` (`QUERY_LIMITED_WRITE`) after `limit`, `offset` and `orderBy`.
   */
  update(values: Changes<Element>): Promise<number> {
    return this.#write('update', () => updateMatching(this.#source, this.#selection(), values))
  }

  /** Deletes every match with everything it contains, all in one unit of work. Returns how many. Refuses what `update` refuses. */
  delete(): Promise<number> {
    return this.#write('delete', () => deleteMatching(this.#source, this.#selection()))
  }

  /**
   * Takes the first matches, in order, for the caller alone: gives them these values, which should keep them from matching again, and returns them. However many
   * callers claim at once, in this process or others, none is given an object that another one has; those being claimed are passed over, or waited for.
   * Takes `limit` at most, all without one. Joins the unit of work that is open, and then they are free again if that fails; else it is one of its own. Rules and
   * versions apply as in `update`: one object that they refuse fails the claim. Throws `NotSupportedError` (`QUERY_LIMITED_WRITE`) after `offset`.
   */
  async claim(values: Changes<Element>): Promise<readonly Element[]> {
    this.#refuseReadOnly('claim')
    const { name } = this.#source.mapping.definition
    if (this.#state.offset > 0) {
      const fix = 'Leave the offset out: what others have claimed does not match any more.'
      throw new NotSupportedError(`claim() takes the first ${name} that match and knows no offset. ${fix}`, { code: 'QUERY_LIMITED_WRITE' })
    }
    return claimMatching(this.#source, this.#selection(), values)
  }

  #refuseReadOnly(verb: string): void {
    const { readOnly } = this.#state
    if (readOnly === undefined) return
    const { name } = this.#source.mapping.definition
    throw new NotSupportedError(`${verb}() is not allowed on a read-only query of ${name}: ${readOnly}. Use the repository's own query.`)
  }

  async #write(verb: 'update' | 'delete', body: () => Promise<number>): Promise<number> {
    this.#refuseReadOnly(verb)
    const { order, limit, offset } = this.#state
    const { name } = this.#source.mapping.definition
    if (order !== undefined || limit !== undefined || offset > 0) {
      throw new NotSupportedError(
        `${verb}() takes every ${name} that matches and knows no order, limit or offset. Say with filter() which ones you mean.`,
        { code: 'QUERY_LIMITED_WRITE' },
      )
    }
    return body()
  }

  async *#items(pageSize: number): AsyncGenerator<Item, void, undefined> {
    for await (const row of rowsInPages(this.#source, this.#selection(), pageSize)) yield this.#item(row)
  }

  async #atMost(count: number): Promise<readonly Item[]> {
    const reads = await this.#source.reads()
    const { rows } = await reads.select({ ...this.#selection(), limit: Math.min(count, this.#state.limit ?? count) })
    return rows.map((row) => this.#item(row))
  }

  #item(row: ClusterRow): Item {
    const { shape } = this.#state
    return (shape === undefined ? this.#source.adopt(row) : recordOf(this.#source.mapping, shape, row)) as Item
  }

  get #where(): Criteria {
    return allOf(this.#state.where)
  }

  #selection(): Selection {
    return selectionOf(this.#source, this.#state)
  }

  #criteria(condition: Condition<Element>): Criteria {
    return buildCriteria(this.#source.mapping, condition)
  }

  #narrowed(criteria: readonly Criteria[]): Query<Element, Item> {
    return this.#with({ where: [...this.#state.where, ...criteria] })
  }

  #with(changes: Partial<QueryState>): Query<Element, Item> {
    return new Query(this.#source, { ...this.#state, ...changes })
  }
}
