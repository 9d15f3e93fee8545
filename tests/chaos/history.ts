import type { TestServer } from '../support/postgres.ts'

export interface LoggedMessage {
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly position: number
  readonly data: Readonly<Record<string, unknown>>
}

/** A handler has done its work for a message; in the order in which the rows came to be. */
export interface RecordedEffect {
  readonly handler: string
  readonly messageId: string
  readonly stream: string
  readonly position: number
}

export interface FailedMessage {
  readonly handler: string
  readonly messageId: string
  readonly status: string
  readonly attempts: number
  readonly reason: string
}

/** All that is known of a run, as it stands in the tables. */
export interface History {
  readonly log: readonly LoggedMessage[]
  readonly effects: readonly RecordedEffect[]
  readonly failures: readonly FailedMessage[]
  /** Balance by account, stock by article, total of the movements noted by account, and what the board shows by order. */
  readonly balances: ReadonlyMap<string, number>
  readonly stocks: ReadonlyMap<string, number>
  readonly statements: ReadonlyMap<string, number>
  readonly board: ReadonlyMap<string, string>
}

/** How a run began. */
export interface Beginning {
  /** Identities of the flows whose first command was accepted. */
  readonly accepted: readonly string[]
  /** Of each account, and of each article. */
  readonly openingBalance: number
  readonly openingStock: number
}

type Rows = readonly Record<string, unknown>[]

/** Effects get a number from the database when they are written, whoever writes them: what the framework writes does not know of it. */
export async function numberEffects(server: Pick<TestServer, 'admin'>, schema: string): Promise<void> {
  await server.admin(`ALTER TABLE "${schema}".effect ADD COLUMN written bigint GENERATED ALWAYS AS IDENTITY`)
}

export async function countEffects(server: Pick<TestServer, 'admin'>, schema: string): Promise<number> {
  const [row] = await server.admin(`SELECT count(*) AS count FROM "${schema}".effect`)
  return Number(row?.count)
}

/** Reads everything by plain SQL, in one snapshot as far as each table goes: nothing of the framework is between the tables and the checker. */
export async function readHistory(server: Pick<TestServer, 'admin'>, schema: string): Promise<History> {
  const rows = (text: string): Promise<Rows> => server.admin(text.replaceAll('$schema', `"${schema}"`))
  const pairs = async (text: string) => (await rows(text)).map(({ key, value }) => [String(key), value] as const)
  const numbers = async (text: string) => new Map((await pairs(text)).map(([key, value]) => [key, Number(value)]))
  return {
    log: (await rows('SELECT id, type, stream, position, data FROM $schema.protean_messages ORDER BY ordering_xid, global_position')).map(
      ({ id, type, stream, position, data }) => ({
        id: String(id),
        type: String(type).split('.')[1] as string,
        stream: String(stream),
        position: Number(position),
        data: data as LoggedMessage['data'],
      }),
    ),
    effects: (await rows('SELECT handler, message_id, stream, position FROM $schema.effect ORDER BY written')).map(
      ({ handler, message_id, stream, position }) => ({
        handler: String(handler),
        messageId: String(message_id),
        stream: String(stream),
        position: Number(position),
      }),
    ),
    failures: (await rows('SELECT handler, message_id, status, attempts, reason FROM $schema.protean_failure')).map(
      ({ handler, message_id, status, attempts, reason }) => ({
        handler: String(handler),
        messageId: String(message_id),
        status: String(status),
        attempts: Number(attempts),
        reason: String(reason),
      }),
    ),
    balances: await numbers('SELECT account_id AS key, balance AS value FROM $schema.account'),
    stocks: await numbers('SELECT sku AS key, available AS value FROM $schema.stock'),
    statements: await numbers('SELECT account_id AS key, total AS value FROM $schema.statement'),
    board: new Map(
      (await pairs('SELECT order_id AS key, status AS value FROM $schema.board_entry')).map(([key, value]) => [key, String(value)]),
    ),
  }
}
