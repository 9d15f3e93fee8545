import type { Settings } from './schema.ts'
import type { BUILT_IN_PROFILES } from './server-schema.ts'

export type SubscriptionType = 'event_store' | 'stream'

/** Where handlers with a built-in profile read from. */
export const BUILT_IN_TYPES: Readonly<Record<(typeof BUILT_IN_PROFILES)[number], SubscriptionType>> = {
  production: 'stream',
  fast: 'stream',
  batch: 'stream',
  debug: 'stream',
  projection: 'event_store',
}

/** Where a handler's messages are read from: what is said of the handler, of its profile, of the server, of the server's profile. */
export function subscriptionType(server: Settings['server'], handler: string): SubscriptionType {
  const own = server.subscriptions[handler]
  const usual = own?.profile === undefined ? server.defaultSubscriptionProfile : undefined
  return (
    own?.subscriptionType ??
    typeOfProfile(server, own?.profile) ??
    server.defaultSubscriptionType ??
    typeOfProfile(server, usual) ??
    'event_store'
  )
}

/** That names exist is checked with the configuration. */
function typeOfProfile({ profiles }: Settings['server'], name: string | undefined): SubscriptionType | undefined {
  if (name === undefined) return undefined
  const profile = profiles[name]
  const builtIn = (BUILT_IN_TYPES as Readonly<Record<string, SubscriptionType>>)[profile?.inherits ?? name]
  return profile?.subscriptionType ?? builtIn
}
