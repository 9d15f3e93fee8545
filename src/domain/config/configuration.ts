import { ConfigurationError } from '../../errors.ts'
import { viewConfig } from './config-view.ts'
import type { ConfigSource, LoadedConfig } from './load-config.ts'
import { loadConfig } from './load-config.ts'
import type { DomainConfig, Settings } from './schema.ts'
import type { Resolution } from './settle.ts'
import { settle } from './settle.ts'

/**
 * The configuration of one domain through its life.
 *
 * - *unread*: nothing is read until `config` or `resolve` is first used.
 * - *open*: `config` can be changed. Mistakes are collected, not thrown, so that `init()` can report them with all the others.
 * - *frozen*: between `freeze` (at `init()`) and `thaw` (at `close()`), `settings` is in force and changes are refused.
 *
 * What holds at `init()` is, the later the stronger: defaults, file, overlay of `PROTEAN_ENV`, assignments in code; or defaults, `config`
 * given to the domain, assignments in code.
 */
export class Configuration {
  readonly #source: ConfigSource
  #loaded: LoadedConfig | undefined
  #view: DomainConfig | undefined
  #latest: Resolution | undefined
  #frozen = false

  constructor(source: ConfigSource) {
    this.#source = source
  }

  /** Complete to read, changeable until frozen. Throws `ConfigurationError` when the file cannot be read. */
  get config(): DomainConfig {
    this.#view ??= viewConfig({
      stated: this.#load().stated,
      settings: () => this.#current().settings,
      isFrozen: () => this.#frozen,
      changing: () => {
        this.#latest = undefined
      },
    })
    return this.#view
  }

  /** The file that was read, if any. */
  get file(): string | undefined {
    return this.#load().file
  }

  /** Everything that is wrong, as things stand now; reads the environment's variables anew, unless frozen. */
  resolve(): Resolution {
    if (!this.#frozen) this.#latest = undefined
    const { settings, problems } = this.#current()
    return { settings, problems: [...this.#load().problems, ...problems] }
  }

  /** Puts the configuration in force. Throws `ConfigurationError` with every problem. Frozen already, it gives the same settings again. */
  freeze(): Settings {
    if (!this.#frozen) {
      const { problems } = this.resolve()
      if (problems.length > 0) throw new ConfigurationError(problems)
      this.#frozen = true
    }
    return this.#current().settings
  }

  /** Makes it changeable again; assignments made so far still hold. */
  thaw(): void {
    this.#frozen = false
  }

  #load(): LoadedConfig {
    this.#loaded ??= loadConfig(this.#source)
    return this.#loaded
  }

  #current(): Resolution {
    const { stated, file } = this.#load()
    this.#latest ??= settle(stated, this.#source.env, file)
    return this.#latest
  }
}
