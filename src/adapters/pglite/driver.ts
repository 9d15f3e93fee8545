import { driverMissing } from '../postgres/driver.ts'
import type { WireConnection } from '../postgres/flush.ts'

/** What this adapter needs of `@electric-sql/pglite`. */
export interface PgliteDriver {
  readonly PGlite: { create(options: Readonly<Record<string, unknown>>): Promise<PgliteInstance> }
  readonly protocol: { readonly serialize: PgliteSerializer }
}

export interface PgliteInstance {
  /** Runs messages of the wire protocol and gives the answers. */
  execProtocol(message: Uint8Array, options: { readonly throwOnError: false }): Promise<{ readonly messages: readonly WireMessage[] }>
  close(): Promise<void>
}

/** An answer of the wire protocol; which members it has depends on its name. */
export interface WireMessage {
  readonly name: string
  readonly text?: string | undefined
  readonly fields?: readonly unknown[] | undefined
}

type Encoder<Name extends 'parse' | 'bind' | 'describe' | 'execute' | 'close'> = (
  message: Parameters<WireConnection[Name]>[0],
) => Uint8Array

export interface PgliteSerializer {
  readonly parse: Encoder<'parse'>
  readonly bind: Encoder<'bind'>
  readonly describe: Encoder<'describe'>
  readonly execute: Encoder<'execute'>
  readonly close: Encoder<'close'>
  sync(): Uint8Array
  query(text: string): Uint8Array
}

const PACKAGE: string = '@electric-sql/pglite'

/** Loads PGlite. Fails with `ConfigurationError` (`DRIVER_MISSING`) when it is not installed. */
export async function loadDriver(name: string): Promise<PgliteDriver> {
  try {
    // Not as a literal: its types are those of a browser, and do not compile without them.
    return (await import(PACKAGE)) as PgliteDriver
  } catch (cause) {
    throw driverMissing(`databases.${name}`, PACKAGE, 'PGlite', cause)
  }
}
