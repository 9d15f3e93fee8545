/** One run of what is measured; gets a key that no other run has at that moment, so that none fails for a conflict. */
export type Way = (key: string) => Promise<unknown>

const ROUND_MS = 250
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15)

export interface Turns {
  readonly keys: readonly string[]
  readonly inFlight: number
  /** Microseconds of processor time that the server's processes have used so far. */
  serverCpu(): Promise<number>
}

/** What one round has shown of one way. */
interface Round {
  readonly perSecond: number
  /** Microseconds of processor time for one run, here and at the server. */
  readonly client: number
  readonly server: number
}

/**
 * How often a second each of several ways of doing one thing gets done, so many at a time. All take turns in short rounds, so that a busy machine is busy for
 * all alike; printed are the medians of the rounds, and of each round's ratio to the first way. Who has fewer processes gets less of a busy machine:
 * the processor time that a run takes does not depend on that.
 */
export async function takingTurns(topic: string, ways: Readonly<Record<string, Way>>, turns: Turns): Promise<void> {
  const rounds = new Map(Object.keys(ways).map((name) => [name, [] as Round[]]))
  for (const way of Object.values(ways)) await run(way, turns)
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, way] of Object.entries(ways)) rounds.get(name)?.push(await run(way, turns))
  }
  const [base = []] = rounds.values()
  console.log(`${topic}, ${turns.inFlight} in flight`)
  for (const [name, all] of rounds) {
    const rate = median(all.map(({ perSecond }) => perSecond))
    const ratio = median(all.map(({ perSecond }, at) => perSecond / (base[at]?.perSecond ?? Number.NaN)))
    const [client, server] = [median(all.map((one) => one.client)), median(all.map((one) => one.server))]
    const cpuRatio = median(all.map((one, at) => costOf(base[at]) / costOf(one)))
    const cells = [
      `${rate.toFixed(0)}/s`,
      `${ratio.toFixed(2)} x`,
      `cpu ${client.toFixed(0)} + ${server.toFixed(0)} µs`,
      `${cpuRatio.toFixed(2)} x`,
    ]
    console.log(`  ${name.padEnd(52)}${cells.map((cell) => cell.padStart(18)).join('')}`)
  }
}

function costOf(round: Round | undefined): number {
  return round === undefined ? Number.NaN : round.client + round.server
}

async function run(way: Way, { keys, inFlight, serverCpu }: Turns): Promise<Round> {
  const [clientBefore, serverBefore] = [process.cpuUsage(), await serverCpu()]
  const start = performance.now()
  const busy = new Set<string>()
  let done = 0
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() - start < ROUND_MS) {
        const key = free(keys, busy)
        busy.add(key)
        await way(key)
        busy.delete(key)
        done += 1
      }
    }),
  )
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(clientBefore)
  const server = (await serverCpu()) - serverBefore
  return { perSecond: done / seconds, client: (user + system) / done, server: server / done }
}

function free(keys: readonly string[], busy: ReadonlySet<string>): string {
  for (;;) {
    const key = keys[Math.floor(Math.random() * keys.length)] as string
    if (!busy.has(key)) return key
  }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[numbers.length >> 1] ?? Number.NaN
}
