import type { DatabaseProvider } from '../domain/database-provider.ts'
import type { Domain } from '../domain/domain.ts'
import { IncorrectUsageError } from '../errors.ts'
import type { EventStore } from '../ports/event-store.ts'
import { enterFrame, runInFrame } from '../unit-of-work/current.ts'

/** Who makes the tables of a database before the first test, and drops them after the last. */
export interface SchemaLifecycle {
  /** Leaves the tables of the provider as the domain has them now. What is in them is removed by the fixture. */
  make(provider: DatabaseProvider): Promise<void>
  drop(provider: DatabaseProvider): Promise<void>
}

/** Made anew, so that tables of an earlier run that was cut off do no harm. */
export const schemaOfFixture: SchemaLifecycle = {
  async make(provider) {
    await provider.dropDatabaseArtifacts()
    await provider.createDatabaseArtifacts()
  },
  drop: (provider) => provider.dropDatabaseArtifacts(),
}

/**
 * What a test suite does with a domain: `setup` once, for each test either `domainContext` around it or `enter` before and `exit` after it,
 * `teardown` at the end. Schema is made and dropped once; data is removed after every test, whether it passed or not: rows, events, messages
 * in brokers, cached values. Tests of one domain share its data, so they run one after the other.
 */
export class DomainFixture implements AsyncDisposable {
  readonly domain: Domain
  readonly #schema: SchemaLifecycle
  #isOccupied = false
  #leave: (() => void) | undefined

  /** `schema` is left out but by who shares tables among fixtures. */
  constructor(domain: Domain, schema: SchemaLifecycle = schemaOfFixture) {
    this.domain = domain
    this.#schema = schema
  }

  /** Initialises the domain and makes its tables. Can be repeated. */
  async setup(): Promise<void> {
    this.#refuseOccupied('setup()')
    await this.domain.init()
    try {
      for (const provider of this.#managed()) await this.#schema.make(provider)
      for (const store of this.#managedStores()) {
        await store.dropArtifacts()
        await store.createArtifacts()
      }
      await this.#reset()
    } catch (error) {
      await this.domain.close()
      throw error
    }
  }

  /** Drops the tables and releases everything; `setup` can follow again. Does nothing where there was no setup. */
  async teardown(): Promise<void> {
    const wasOccupied = this.#isOccupied
    this.#free()
    if (this.domain.isInitialized) {
      try {
        await everyOne([
          ...[...this.#managed()].map((provider) => () => this.#schema.drop(provider)),
          ...this.#managedStores().map((store) => () => store.dropArtifacts()),
        ])
      } finally {
        await this.domain.close()
      }
    }
    if (wasOccupied) throw occupied('teardown()', this.domain.name)
  }

  /** Runs `body` with the domain as the current one and removes all data afterwards, also when it throws. Gives what `body` gives. */
  async domainContext<Result>(body: (domain: Domain) => Promise<Result> | Result): Promise<Result> {
    this.#occupy('domainContext()')
    let result: Result
    try {
      result = await runInFrame(this.domain, {}, async () => body(this.domain))
    } catch (error) {
      // The failure of the test is what matters, and comes first where cleaning up fails too.
      await this.#release().catch((cleanup: unknown) => {
        throw new AggregateError([error, cleanup], messageOf(error), { cause: error })
      })
      throw error
    }
    await this.#release()
    return result
  }

  /** The first half of `domainContext`, for a hook that runs before each test. */
  async enter(): Promise<void> {
    this.#occupy('enter()')
    this.#leave = enterFrame(this.domain, {})
  }

  /** The second half, for a hook that runs after each test: removes all data. */
  async exit(): Promise<void> {
    if (this.#leave === undefined) {
      throw new IncorrectUsageError(
        `The fixture of ${this.domain.name} was not entered. Call enter() before each test and exit() after it, once each.`,
        { code: 'FIXTURE_NOT_ENTERED' },
      )
    }
    await this.#release()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.teardown()
  }

  #occupy(caller: string): void {
    if (!this.domain.isInitialized) {
      throw new IncorrectUsageError(
        `${caller} was called on the fixture of ${this.domain.name}, whose domain is not open. Await fixture.setup() before the first test, and leave closing the domain to teardown().`,
        { code: 'FIXTURE_NOT_SET_UP' },
      )
    }
    this.#refuseOccupied(caller)
    this.#isOccupied = true
  }

  #refuseOccupied(caller: string): void {
    if (this.#isOccupied) throw occupied(caller, this.domain.name)
  }

  #free(): void {
    this.#leave?.()
    this.#leave = undefined
    this.#isOccupied = false
  }

  async #release(): Promise<void> {
    this.#free()
    if (!this.domain.isInitialized) {
      throw new IncorrectUsageError(
        `The domain ${this.domain.name} was closed inside a test, so that its data could not be removed. Use a domain of its own for a test that closes it.`,
        { code: 'FIXTURE_DOMAIN_CLOSED' },
      )
    }
    await this.#reset()
  }

  /** Everything is tried, so that one that fails leaves no data in the others. */
  #reset(): Promise<void> {
    const { providers, brokers, caches } = this.domain
    return everyOne(
      [...providers.values(), ...this.#stores(), ...brokers.values(), ...caches.values()].map((adapter) => () => adapter.resetData()),
    )
  }

  /** The event store, where it is not a database's. */
  #stores(): readonly EventStore[] {
    const { providers, eventStore } = this.domain
    return [...providers.values()].some(({ database }) => database.events === eventStore) ? [] : [eventStore]
  }

  #managedStores(): readonly EventStore[] {
    return this.domain.config.eventStore?.managed === false ? [] : this.#stores()
  }

  *#managed() {
    for (const provider of this.domain.providers.values()) if (provider.isManaged) yield provider
  }
}

function occupied(caller: string, name: string): IncorrectUsageError {
  return new IncorrectUsageError(
    `${caller} was called on the fixture of ${name} while a test is inside its context. Call exit() after each test, and run the tests of one domain one after the other: they share its data.`,
    { code: 'FIXTURE_OCCUPIED' },
  )
}

/** Runs all of them, then throws what failed. */
async function everyOne(actions: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const act of actions) await act().catch((error: unknown) => failures.push(error))
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw new AggregateError(failures, failures.map(messageOf).join('; '))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
