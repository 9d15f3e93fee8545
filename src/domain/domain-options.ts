import type { Logger } from '../ports/logger.ts'
import type { Clock } from '../util/runtime/clock.ts'
import type { Ids } from '../util/runtime/ids.ts'
import type { Random } from '../util/runtime/random.ts'
import type { Timers } from '../util/runtime/timers.ts'
import type { ConfigInput } from './config/schema.ts'

export interface DomainOptions {
  /** Folder, as a path or URL, of `domain.toml` and, at `init()`, of the modules that declare the domain. */
  readonly root?: string | URL
  /** Instead of the file. */
  readonly config?: ConfigInput
  readonly clock?: Clock
  /** Makes identities and message ids; UUIDs of version 7 when left out. */
  readonly ids?: Ids
  readonly timers?: Timers
  /** Spreads repetitions over time. */
  readonly random?: Random
  /** Where the framework logs, such as a pino logger; lines of JSON on the standard error when left out, from `logging.level` up. */
  readonly logger?: Logger
}

export interface InitOptions {
  /** Import the modules below `root`, so that everything they declare is known. True when left out. */
  readonly traverse?: boolean
}
