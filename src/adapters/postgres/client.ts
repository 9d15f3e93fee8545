import type { Statement, StatementResult } from '../sql/statement.ts'

/** A way to a PostgreSQL server, or to one in this process. Values come as the server writes them, as text. */
export interface PostgresClient {
  /** Connects, so that what is wrong with the connection shows here. May be repeated. */
  open(): Promise<void>
  /** Takes open sessions away from who has them, which rolls them back. May be repeated. */
  close(): Promise<void>
  /** Sends statements together. They take effect together or, when one fails, not at all; fails with `FlushFailure`. */
  flush(statements: readonly Statement[]): Promise<readonly StatementResult[]>
  /** A connection for one caller alone, for a transaction. */
  session(): Promise<PostgresSession>
  /** A connection that sends and hears notifications. Undefined where nobody else can send any. */
  notifications?(): Promise<NotificationConnection>
}

export interface PostgresSession {
  flush(statements: readonly Statement[]): Promise<readonly StatementResult[]>
  /** Runs text that may be of many statements, as the server itself takes it apart. Fails with `FlushFailure`. */
  script(text: string): Promise<void>
  /** Gives the connection back; one that may still be in a transaction has to be `discard`ed. */
  release(): void
  /** Ends the connection, and with it what is not committed. */
  discard(): void
}

export interface NotificationConnection {
  query(statement: Statement): Promise<void>
  /** `own` when this very connection sent it. */
  onNotification(listener: (payload: string, own: boolean) => void): void
  /** Once, however the connection ends. */
  onEnd(listener: () => void): void
  end(): Promise<void>
}

/** What a driver said, and to which statement; for `errors.ts` to translate. Leaves no adapter. */
export class FlushFailure extends Error {
  /** The statement that failed; undefined when it was none of them in particular. */
  readonly statement: Statement | undefined

  constructor(cause: unknown, statement?: Statement) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'FlushFailure'
    this.statement = statement
  }
}
