import { ConfigurationError } from '../../errors.ts'

/** What the entry of a broker or a cache in the configuration says to this adapter. */
export interface RedisSettings {
  readonly uri?: string | undefined
  readonly keyPrefix?: string | undefined
  /** Passed to the driver as they are. */
  readonly options?: Readonly<Record<string, unknown>> | undefined
}

/** Where the server is, and how to get there. */
export interface RedisServer {
  /** For messages: without user and password. */
  readonly address: string
  /** Milliseconds after which the server has to give a sign of life. */
  readonly signOfLifeMs: number
  /** The driver's options; a new object each time, because the driver changes it. */
  options(): Record<string, unknown>
  /** The text with the address in place of the URI. */
  withoutUri(text: string): string
}

const CONNECT_TIMEOUT_MS = 5000
/** Silence after which a connection is given up. */
const SOCKET_TIMEOUT_MS = 15_000
/** So often within that time the server is made to say something. */
const SIGNS_OF_LIFE = 3
const DEFAULT_PORT = 6379
const SCHEMES = ['redis:', 'rediss:', 'unix:']

/** Fails with `ConfigurationError` (`REDIS_URI_INVALID`) for a URI that is none. `element`: `caches.default`. */
export function redisServer(element: string, { uri, options = {} }: RedisSettings): RedisServer {
  const socket = (options.socket ?? {}) as Readonly<Record<string, unknown>>
  const url = uri ?? (options.url as string | undefined)
  const address = url === undefined ? socketAddress(socket) : uriAddress(element, url)
  const socketTimeout = (socket.socketTimeout as number | undefined) ?? SOCKET_TIMEOUT_MS
  const signOfLifeMs = Math.ceil(socketTimeout / SIGNS_OF_LIFE)
  return {
    address,
    signOfLifeMs,
    withoutUri: (text) => (url === undefined ? text : text.replaceAll(url, address)),
    options: () => ({
      pingInterval: signOfLifeMs,
      // The driver's own limit is for commands that are queued while the server is away: here they are refused at once.
      commandOptions: { timeout: 0 },
      ...options,
      ...(url === undefined ? {} : { url }),
      socket: { connectTimeout: CONNECT_TIMEOUT_MS, ...socket, socketTimeout },
      disableOfflineQueue: true,
      RESP: 2,
    }),
  }
}

function socketAddress({ path, host = 'localhost', port = DEFAULT_PORT }: Readonly<Record<string, unknown>>): string {
  return path === undefined ? `redis://${host}:${port}` : `unix://${path}`
}

function uriAddress(element: string, uri: string): string {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url !== undefined && SCHEMES.includes(url.protocol) && /^(\/\d*)?$|^unix:/.test(url.protocol === 'unix:' ? uri : url.pathname)) {
    const port = url.port === '' && url.protocol !== 'unix:' ? `:${DEFAULT_PORT}` : ''
    return `${url.protocol}//${url.host}${port}${url.pathname === '/' ? '' : url.pathname}`
  }
  // The URI itself is never shown, nor the error of `URL`, which quotes it: it may hold a password.
  throw new ConfigurationError({
    code: 'REDIS_URI_INVALID',
    element: `${element}.uri`,
    message: 'is not a Redis URI that can be read.',
    fix: 'Write redis://user:password@host:6379/0 (rediss:// for TLS), with characters such as @, /, # and : in the password as %40, %2F, %23 and %3A.',
  })
}
