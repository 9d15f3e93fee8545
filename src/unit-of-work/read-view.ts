import type { Condition } from './query/condition.ts'
import type { ReadOnlyQuery } from './query/read-only-query.ts'
import type { Repository } from './repository.ts'

/** A projection to be read only, by type and at run time. */
export class ReadView<T extends object> {
  readonly #repository: Repository<T>

  constructor(repository: Repository<T>) {
    this.#repository = repository
  }

  /** Throws `ObjectNotFoundError` when there is none. */
  get(id: string): Promise<Readonly<T>> {
    return this.#repository.get(id)
  }

  find(id: string): Promise<Readonly<T> | undefined> {
    return this.#repository.find(id)
  }

  /** The only one that matches. Throws `ObjectNotFoundError` for none and `TooManyObjectsError` for several. */
  findBy(condition: Condition<T>): Promise<Readonly<T>> {
    return this.#repository.findBy(condition)
  }

  /** Whether there is one with this identity, or one that matches. */
  async exists(condition: string | Condition<T>): Promise<boolean> {
    if (typeof condition === 'string') return (await this.#repository.find(condition)) !== undefined
    return this.#repository.exists(condition)
  }

  count(): Promise<number> {
    return this.#repository.count()
  }

  get query(): ReadOnlyQuery<T> {
    return this.#repository.query.readOnly()
  }
}
