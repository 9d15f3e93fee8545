import type { LogFields } from '../ports/logger.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof LEVELS)[number]

/** Names that the original's configuration files have for levels. */
const OTHER_NAMES: Readonly<Record<string, Level>> = { warning: 'warn', critical: 'error' }
const LEVEL_IN: Readonly<Record<string, Level>> = { test: 'warn', development: 'debug' }

/** What may be written for a level, in any case. */
export const LEVEL_NAMES = [...LEVELS, 'warning', 'critical'] as const

export interface LevelSettings {
  /** Empty: that of the environment. */
  readonly level: string
  /** Levels by the name of what is logged, or by the first words of it, which dots divide. */
  readonly perLogger: Readonly<Record<string, string>>
}

/** Whether a line is written, by its level and by the name of what it tells (`event`). */
export function levelRule(
  { level, perLogger }: LevelSettings,
  environment: string | undefined,
): (level: Level, fields: LogFields) => boolean {
  const lowest = levelOf(level, environment)
  const named = new Map(Object.entries(perLogger).map(([name, text]) => [name, levelOf(text, environment)]))
  if (named.size === 0) return (own) => isAtLeast(own, lowest)
  return (own, { event }) => isAtLeast(own, levelFor(event) ?? lowest)

  function levelFor(event: unknown): Level | undefined {
    if (typeof event !== 'string') return undefined
    for (let name = event; name !== ''; name = name.slice(0, Math.max(name.lastIndexOf('.'), 0))) {
      const found = named.get(name)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The lowest level to write: the configured one, or that of the environment. */
export function levelOf(configured: string, environment: string | undefined): Level {
  const name = configured.toLowerCase()
  return LEVELS.find((level) => level === name) ?? OTHER_NAMES[name] ?? LEVEL_IN[environment ?? ''] ?? 'info'
}

function isAtLeast(level: Level, lowest: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(lowest)
}
