import type { TraceParent } from './metadata.ts'

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
const ALL_ZERO = /^0+$/
const SAMPLED = 0x01

/**
 * Reads a W3C `traceparent` header of version 00. Anything else gives undefined, never an error: a caller's broken tracing must not stop a message.
 * Of the flags only the lowest bit, sampled, is kept.
 */
export function parseTraceparent(text: string): TraceParent | undefined {
  const match = TRACEPARENT.exec(text)
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return undefined
  if (ALL_ZERO.test(match[1]) || ALL_ZERO.test(match[2])) return undefined
  return { traceId: match[1], parentId: match[2], sampled: (Number.parseInt(match[3], 16) & SAMPLED) !== 0 }
}

/** The `traceparent` header. */
export function formatTraceparent(traceparent: TraceParent): string {
  return `00-${traceparent.traceId}-${traceparent.parentId}-${traceparent.sampled ? '01' : '00'}`
}
