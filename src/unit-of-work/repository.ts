import { IncorrectUsageError, ObjectNotFoundError } from '../errors.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { definitionOfInstance } from '../model/definition.ts'
import type { Tracked } from '../model/entity-state.ts'
import type { Database } from '../ports/database.ts'
import type { ClusterRow } from '../ports/table.ts'
import type { Condition } from './query/condition.ts'
import { Query } from './query/query.ts'
import type { QuerySource } from './query/query-source.ts'
import { entityOf, rowIdentity } from './row-codec.ts'
import { changeInUnitOfWork, currentUnitOfWork, runInUnitOfWork } from './run-in-unit-of-work.ts'
import type { Runtime } from './runtime.ts'

/**
 * The collection of all stored objects of one kind. Works with or without an open unit of work: `add` and `remove` outside one commit at once.
 * Inside one, the same identity always gives the same instance, and queries see what is pending.
 */
export class Repository<T extends object> {
  readonly #runtime: () => Runtime
  readonly #definition: ElementDefinition

  constructor(runtime: () => Runtime, definition: ElementDefinition) {
    this.#runtime = runtime
    this.#definition = definition
  }

  /** Saves an object, new or changed, with everything it contains and the events it raised. Throws `ExpectedVersionError` when it is stale. */
  async add(entity: T): Promise<T> {
    const tracked = this.own(entity)
    await changeInUnitOfWork(this.#runtime(), (unitOfWork) => unitOfWork.add(tracked))
    return entity
  }

  /** Deletes an object with everything it contains. One that was never stored is left alone. */
  async remove(entity: T): Promise<void> {
    const tracked = this.own(entity)
    await changeInUnitOfWork(this.#runtime(), (unitOfWork) => unitOfWork.remove(tracked))
  }

  /** Throws `ObjectNotFoundError` when there is none. */
  async get(id: string): Promise<T> {
    const found = await this.find(id)
    if (found === undefined) throw new ObjectNotFoundError(`There is no ${this.#definition.name} with identity ${id}.`)
    return found
  }

  async find(id: string): Promise<T | undefined> {
    const runtime = this.#runtime()
    const unitOfWork = currentUnitOfWork(runtime)
    const known = unitOfWork?.identityMap.get(this.#definition, id)
    if (known !== undefined) return unitOfWork?.isRemoved(known) === true ? undefined : (known as unknown as T)
    const database = this.#database()
    const [row] = await (unitOfWork?.pointReads(database) ?? database).load(runtime.mappingOf(this.#definition).cluster, [id])
    return row === undefined ? undefined : this.#adopt(row)
  }

  /** The only object that matches. Throws `ObjectNotFoundError` for none and `TooManyObjectsError` for several. */
  findBy(condition: Condition<T>): Promise<T> {
    return this.query.filter(condition).one()
  }

  exists(condition: Condition<T>): Promise<boolean> {
    return this.query.filter(condition).exists()
  }

  count(): Promise<number> {
    return this.query.count()
  }

  get query(): Query<T> {
    return new Query<T>(this.#source())
  }

  #source(): QuerySource<T> {
    const runtime = this.#runtime()
    const database = this.#database()
    return {
      mapping: runtime.mappingOf(this.#definition),
      defaultOrder: (this.#definition.options.orderBy as readonly string[] | undefined) ?? [],
      reads: async () => (await currentUnitOfWork(runtime)?.queryReads(database)) ?? database,
      adopt: (row) => this.#adopt(row),
      inUnitOfWork: (body) => runInUnitOfWork(runtime, body),
      save: async (entity) => {
        await this.add(entity)
      },
      remove: (entity) => this.remove(entity),
      hasInstances: () => currentUnitOfWork(runtime)?.identityMap.has(this.#definition) ?? false,
      bulk: async () => {
        runtime.refuseOtherWrites(this.#definition)
        return (await currentUnitOfWork(runtime)?.bulkWrites(database)) ?? database
      },
    }
  }

  /** The instance for a stored row: inside a unit of work, the one that it has already. */
  #adopt(row: ClusterRow): T {
    const runtime = this.#runtime()
    const mapping = runtime.mappingOf(this.#definition)
    const unitOfWork = currentUnitOfWork(runtime)
    if (unitOfWork === undefined) return entityOf(mapping, row) as unknown as T
    const known = unitOfWork.identityMap.get(this.#definition, rowIdentity(mapping, row))
    return (known ?? unitOfWork.identityMap.put(entityOf(mapping, row))) as unknown as T
  }

  #database(): Database {
    return this.#runtime().databaseFor(this.#definition)
  }

  /** Refuses objects of other elements. */
  protected own(entity: T): Tracked {
    if (!this.#definition.isInstance(entity)) {
      const given = definitionOfInstance(entity)?.name ?? typeof entity
      throw new IncorrectUsageError(
        `The repository of ${this.#definition.name} cannot take ${given}. Use domain.repositoryFor(${given}).`,
        {
          code: 'WRONG_ELEMENT',
        },
      )
    }
    return entity as unknown as Tracked
  }
}
