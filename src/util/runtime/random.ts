/** The only source of chance: uniform in [0, 1). Tests inject a seeded one. */
export interface Random {
  next(): number
}

export const systemRandom: Random = { next: () => Math.random() }
