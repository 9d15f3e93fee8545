/** An engine in a process of its own, until it is killed. */
import { Domain, Engine } from 'proteanjs'
import { declareLedger } from '../../support/ledger-domain.ts'
import { streamsConfig } from './streams-config.ts'

const [databaseUri = '', schema = '', redisUri = '', keyPrefix = ''] = process.argv.slice(2)
const domain = new Domain('ledger', { config: streamsConfig({ databaseUri, schema, redisUri, keyPrefix }) })
declareLedger(domain)
await domain.init()
await new Engine(domain, { name: `pid-${process.pid}` }).run()
