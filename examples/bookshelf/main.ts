/** Runs the bookshelf on the database that `domain.toml` names: `npm run example`. Run it again, and it goes on where it was. */
import { isProteanError } from 'proteanjs'
import { advice, contents, makeTables, whereDataIs } from './console/data.ts'
import { say, step } from './console/printing.ts'
import { workOnTheShelf } from './console/story.ts'
import { domain } from './src/domain.ts'

try {
  await domain.init()
  await makeTables()
  step(`The bookshelf keeps its data in ${whereDataIs()}`)
  const kept = await contents()
  say(kept === undefined ? 'There is nothing in it yet.' : `From earlier runs it holds ${kept}.`)
  await workOnTheShelf()
  step('Run it again: the data is still there')
  say(`It now holds ${await contents()}.`)
  for (const line of advice()) say(line)
} catch (error) {
  // A mistake of the program shows where it is; what the database or the configuration says is for whoever started it.
  if (!isProteanError(error)) throw error
  console.error(`\nThe bookshelf cannot go on. ${error.name}: ${error.message}`)
  process.exitCode = 1
} finally {
  await domain.close()
}
