#!/usr/bin/env node
import { run } from './run.ts'

const code = await run(process.argv.slice(2), process.stdout, process.stderr)
// The command is over, whatever a module of the domain, or a handler that did not come to an end, still has open.
process.stdout.write('', () => process.exit(code))
