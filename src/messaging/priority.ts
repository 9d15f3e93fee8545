/** Named priorities of commands. Any whole number is one; below a lane's threshold means the backfill lane. */
export const Priority = {
  BACKFILL: -100,
  BULK: -100,
  LOW: -50,
  NORMAL: 0,
  HIGH: 50,
  CRITICAL: 100,
} as const

export type Priority = (typeof Priority)[keyof typeof Priority]
