import { bench, do_not_optimize, group, run } from 'mitata'

interface Measured {
  readonly name: string
  /** Nanoseconds for one run. */
  readonly avg: number
  readonly p99: number
}

/** Measures several ways of doing one thing, and prints each one's time as a multiple of the first one's. */
export async function compare(topic: string, ways: Readonly<Record<string, () => unknown>>): Promise<void> {
  group(topic, () => {
    for (const [name, way] of Object.entries(ways)) bench(name, () => do_not_optimize(way()))
  })
  const { benchmarks } = await run({ format: 'quiet', throw: true })
  const measured = benchmarks.flatMap(({ runs }) =>
    runs.map(({ name, stats }): Measured => ({ name, avg: stats?.avg ?? Number.NaN, p99: stats?.p99 ?? Number.NaN })),
  )
  print(topic, measured)
}

function print(topic: string, measured: readonly Measured[]): void {
  const first = measured[0]?.avg ?? Number.NaN
  console.log(`\n${topic}`)
  for (const { name, avg, p99 } of measured) {
    const cells = [`${avg.toFixed(1)} ns`, `p99 ${p99.toFixed(1)} ns`, `${perSecond(avg)}/s`, `${(avg / first).toFixed(2)} x`]
    console.log(`  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(16)).join('')}`)
  }
}

function perSecond(nanoseconds: number): string {
  return Math.round(1e9 / nanoseconds).toLocaleString('en')
}
