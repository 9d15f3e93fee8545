import { normalizedName } from '../util/names.ts'

/** Names what reads messages for a handler, in a database and at a broker: domains may share them. */
export function subscriptionId(domainName: string, handler: string): string {
  return `${normalizedName(domainName)}:${handler}`
}
