import type { Database } from '../ports/database.ts'
import type { ClusterSchema } from '../ports/table.ts'

/** A configured database with what the domain keeps in it: creates, drops and empties its tables. */
export class DatabaseProvider {
  readonly database: Database
  /** Whether lifecycle commands may create and drop its tables. */
  readonly isManaged: boolean
  readonly #clusters: () => readonly ClusterSchema[]

  constructor(database: Database, isManaged: boolean, clusters: () => readonly ClusterSchema[]) {
    this.database = database
    this.isManaged = isManaged
    this.#clusters = clusters
  }

  get name(): string {
    return this.database.name
  }

  isAlive(): Promise<boolean> {
    return this.database.isAlive()
  }

  /** Creates what is missing of the tables of every element stored here, and of the framework's own. Safe to repeat. */
  createDatabaseArtifacts(): Promise<void> {
    return this.database.createArtifacts(this.#clusters())
  }

  /** Drops them, with all data. Safe to repeat. */
  dropDatabaseArtifacts(): Promise<void> {
    return this.database.dropArtifacts(this.#clusters())
  }

  /** Removes all rows and events, keeps the tables. */
  resetData(): Promise<void> {
    return this.database.resetData()
  }
}
