/**
 * GitHub's own GraphQL schema, so that a query which GitHub would refuse is refused here. Source:
 * `@octokit/graphql-schema`; a build ships the text beside the bundle as `github.graphql`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql'

/** Beside the bundle or above its chunks; or, from source, in the package, which exports no path. */
const PLACES = [
  'github.graphql',
  '../github.graphql',
  '../../../node_modules/@octokit/graphql-schema/schema.graphql',
]

function schemaPath(): string {
  const places = PLACES.map(place => join(import.meta.dirname, place))
  const found = places.find(path => existsSync(path))
  if (found) return found
  throw new Error(`GitHub's GraphQL schema is missing: looked for ${places.join(', ')}`)
}

let schema: GraphQLSchema | null = null

/** Built at the first call (about 0.1 s), then kept. */
export function githubSchema(): GraphQLSchema {
  if (schema) return schema
  // Two thirds of the text are descriptions, which nobody reads here.
  const text = readFileSync(schemaPath(), 'utf8').replace(/"""[\s\S]*?"""\n?/g, '')
  // The schema is GitHub's: to validate it again would take longer than to build it.
  const trusted = { assumeValid: true, assumeValidSDL: true }
  schema = buildASTSchema(parse(text, { noLocation: true }), trusted)
  return schema
}
