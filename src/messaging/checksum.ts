import crypto from 'node:crypto'

import { canonicalJson } from '../util/canonical-json.ts'
import type { JsonObject } from '../util/json.ts'

/** SHA-256, as 64 hexadecimal digits, of the payload's canonical JSON. Fails with `IncorrectUsageError` (`NOT_JSON`) when it has none. */
export function checksumOf(data: JsonObject): string {
  return sha256(canonicalJson(data))
}

// The one-shot form costs half, but not every runtime has it.
const sha256 =
  typeof crypto.hash === 'function'
    ? (text: string): string => crypto.hash('sha256', text, 'hex')
    : (text: string): string => crypto.createHash('sha256').update(text).digest('hex')
