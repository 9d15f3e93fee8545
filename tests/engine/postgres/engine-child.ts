/** An engine in a process of its own, until it is killed. */
import { Domain, Engine } from 'proteanjs'
import { declareLedger } from '../../support/ledger-domain.ts'
import { configFor } from './ledger-config.ts'

const [databaseUri = '', schema = ''] = process.argv.slice(2)
const domain = new Domain('ledger', { config: configFor(databaseUri, schema) })
declareLedger(domain)
await domain.init()
const engine = new Engine(domain, { name: `pid-${process.pid}` })
await engine.run()
