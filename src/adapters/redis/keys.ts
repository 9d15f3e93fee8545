const DEFAULT_PREFIX = 'protean'
/** What the server takes as a pattern's own characters. */
const SPECIAL = /[*?[\]\\^-]/g

/** The keys of one broker or cache on a server that it may share with others: those under its prefix. */
export class Keyspace {
  readonly #prefix: string

  /** `part` keeps apart what one configuration stores: `stream`, `cache:default`. */
  constructor(keyPrefix: string | undefined, part: string) {
    this.#prefix = `${keyPrefix ?? DEFAULT_PREFIX}:${part}:`
  }

  key(name: string): string {
    return this.#prefix + name
  }

  name(key: string): string {
    return key.slice(this.#prefix.length)
  }

  /**
   * A pattern for the server that every name matching `glob` matches, and perhaps others: the server's patterns count bytes, so only what comes
   * before the first special character is left to it.
   */
  pattern(glob = '*'): string {
    const [start = ''] = /^[^*?[\\]*/.exec(glob) ?? []
    return `${this.key(start).replace(SPECIAL, '\\$&')}*`
  }
}
