/** How the program speaks: a title for each step, indented lines and tables below it. */
export function step(title: string): void {
  console.log(`\n● ${title}`)
}

export function say(line: string): void {
  console.log(`  ${line}`)
}

export function table(rows: readonly Readonly<Record<string, string>>[]): void {
  const names = Object.keys(rows[0] ?? {})
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name]?.length ?? 0)))
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, index) => cell.padEnd(widths[index] ?? 0))
    say(padded.join('   ').trimEnd())
  }
  line(names)
  line(widths.map((width) => '─'.repeat(width)))
  for (const row of rows) line(names.map((name) => row[name] ?? ''))
}
