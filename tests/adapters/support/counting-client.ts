import type { PostgresClient, PostgresSession } from '../../../src/adapters/postgres/client.ts'
import type { Statement } from '../../../src/adapters/sql/statement.ts'

/** Passes everything on to another client, and keeps what went to the server, one list for each round trip. */
export class CountingClient implements PostgresClient {
  readonly flushes: (readonly Statement[])[] = []
  readonly #client: PostgresClient
  /** Called before a flush goes out. */
  before: (statements: readonly Statement[]) => Promise<void> = async () => undefined

  constructor(client: PostgresClient) {
    this.#client = client
  }

  open(): Promise<void> {
    return this.#client.open()
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async flush(statements: readonly Statement[]) {
    this.flushes.push(statements)
    await this.before(statements)
    return this.#client.flush(statements)
  }

  async session(): Promise<PostgresSession> {
    const session = await this.#client.session()
    return {
      flush: (statements) => {
        this.flushes.push(statements)
        return session.flush(statements)
      },
      script: (text) => session.script(text),
      release: () => session.release(),
      discard: () => session.discard(),
    }
  }

  /** Round trips that an action takes. */
  async roundTrips(action: () => Promise<unknown>): Promise<number> {
    const before = this.flushes.length
    await action()
    return this.flushes.length - before
  }
}
