/** The only source of chance: uniform in [0, 1). Tests inject a seeded one. */
export interface Random {
  next(): number
}
