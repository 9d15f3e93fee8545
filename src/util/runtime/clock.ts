/** The only source of the present time. Epoch milliseconds, UTC. Tests inject one that they drive. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
