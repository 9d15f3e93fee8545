import { basename } from 'node:path'
import type { ElementDefinition } from '../../model/definition.ts'
import { importedModules } from '../module-graph.ts'
import { circles, crossReferences } from './cross-references.ts'
import type { Rule } from './finding.ts'
import { codeOf } from './finding.ts'

export const referencesAcrossAggregates: Rule = (domain) => {
  const seen = new Set<string>()
  return crossReferences(domain).flatMap(({ holder, field, to }) => {
    const key = `${holder.name}.${field}`
    // An entity or value that several aggregates hold is one place to change.
    if (seen.has(key)) return []
    seen.add(key)
    return {
      subject: holder,
      field,
      message: `refers to the aggregate ${to.name}.`,
      fix: 'Hold its identity in field.identifier(), and load it in the handler that needs it.',
    }
  })
}

export const circularClusters: Rule = (domain) =>
  circles(crossReferences(domain)).map((circle) => ({
    subject: circle[0] as ElementDefinition,
    message: `and ${circle
      .slice(1)
      .map(({ name }) => name)
      .join(', ')} refer to each other.`,
    fix: 'Let one of them know nothing of the others, and tell it by events.',
  }))

/** Drivers, clients and parts of Node that reach out of the process. */
const INFRASTRUCTURE =
  /^(?:node:)?(?:child_process|cluster|dgram|dns|fs|http|http2|https|net|sqlite|tls|worker_threads)(?:\/|$)|^(?:@aws-sdk\/.+|@elastic\/elasticsearch|@prisma\/client|amqplib|axios|better-sqlite3|drizzle-orm|express|fastify|got|hono|ioredis|kafkajs|knex|koa|kysely|mongodb|mongoose|mysql2?|nats|nodemailer|pg|postgres|redis|sequelize|stripe|typeorm|undici)(?:\/|$)/
const DECLARES_MODEL = /\bextends\s+[\w.]*\.(?:aggregate|entity|valueObject|event|command)\(/

/** Modules that declare the model, by what they import. */
export const importedInfrastructure: Rule = ({ elements, settings, sources }) => {
  if (!settings.lint.checkInfraImports) return []
  return sources
    .filter(({ text }) => DECLARES_MODEL.test(text))
    .flatMap(({ path, text }) => {
      const imported = importedModules(text).filter((specifier) => INFRASTRUCTURE.test(specifier))
      const subject = elements.find(({ name }) => new RegExp(`\\(\\s*['"\`]${name}['"\`]`).test(text))
      if (imported.length === 0 || subject === undefined) return []
      return {
        subject,
        message: `is declared in ${basename(path)}, which imports ${imported.join(', ')}.`,
        fix: 'Do that in a handler or an application service, in another module.',
      }
    })
}

const ADAPTER_CALL = /\.(?:repositoryFor|viewFor|process|dispatch|unitOfWork|eventStore|providers|brokers|caches)\b\s*[(.[]|\bfetch\s*\(/

/** Behaviour of elements, by what it calls. */
export const adapterCalls: Rule = ({ elements, settings }) => {
  if (!settings.lint.checkAdapterCalls) return []
  return elements.flatMap((element) => {
    const call = ADAPTER_CALL.exec(codeOf(element))?.[0].replace(/[\s(.[]+$/, '')
    if (call === undefined) return []
    return {
      subject: element,
      message: `uses ${call.replace(/^\./, '')} in its behaviour.`,
      fix: 'Do that in the handler, and hand the result in.',
    }
  })
}
