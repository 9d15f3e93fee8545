import { NotSupportedError } from '../errors.ts'
import type { ElementDefinition } from '../model/definition.ts'
import type { Tracked } from '../model/entity-state.ts'
import { identityOf } from '../model/entity-state.ts'
import type { Cache } from '../ports/cache.ts'
import { snakeCase } from '../util/names.ts'
import type { Query } from './query/query.ts'
import { Repository } from './repository.ts'
import { changeInUnitOfWork, currentUnitOfWork } from './run-in-unit-of-work.ts'
import type { Runtime } from './runtime.ts'

/**
 * The repository of a projection that lives in a cache: found by identity only, and gone when its time is up. Written after the unit of work
 * has committed; inside the unit it is seen at once.
 */
export class CachedRepository<T extends object> extends Repository<T> {
  readonly #runtime: () => Runtime
  readonly #definition: ElementDefinition

  constructor(runtime: () => Runtime, definition: ElementDefinition) {
    super(runtime, definition)
    this.#runtime = runtime
    this.#definition = definition
  }

  override async add(entity: T): Promise<T> {
    const tracked = this.own(entity)
    this.#runtime().refuseOtherWrites(this.#definition)
    await changeInUnitOfWork(this.#runtime(), (unitOfWork) => {
      unitOfWork.identityMap.put(tracked)
      unitOfWork.afterCommit(() => this.#cache().set(this.#keyOf(tracked), (tracked as unknown as { toObject(): never }).toObject()))
    })
    return entity
  }

  override async remove(entity: T): Promise<void> {
    const tracked = this.own(entity)
    this.#runtime().refuseOtherWrites(this.#definition)
    await changeInUnitOfWork(this.#runtime(), (unitOfWork) => {
      unitOfWork.identityMap.forget(tracked)
      unitOfWork.afterCommit(() => this.#cache().delete(this.#keyOf(tracked)))
    })
  }

  override async find(id: string): Promise<T | undefined> {
    const known = currentUnitOfWork(this.#runtime())?.identityMap.get(this.#definition, id)
    if (known !== undefined) return known as unknown as T
    const plain = await this.#cache().get(this.#key(id))
    return plain === undefined ? undefined : (this.#definition.fromPlain(plain) as T)
  }

  override findBy(): Promise<T> {
    return Promise.reject(this.#unsupported('findBy'))
  }

  override exists(): Promise<boolean> {
    return Promise.reject(this.#unsupported('exists'))
  }

  override get query(): Query<T> {
    throw this.#unsupported('query')
  }

  override count(): Promise<number> {
    return this.#cache().count(this.#key('*'))
  }

  #cache(): Cache {
    return this.#runtime().cacheFor(this.#definition)
  }

  #keyOf(entity: Tracked): string {
    return this.#key(identityOf(entity) as string)
  }

  #key(id: string): string {
    return `${snakeCase(this.#definition.name)}:::${id}`
  }

  #unsupported(operation: string): NotSupportedError {
    return new NotSupportedError(
      `${this.#definition.name} is kept in a cache, which finds by identity only: ${operation} is not available. Use get() and find(), or store it in a database.`,
    )
  }
}
