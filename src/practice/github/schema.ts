/**
 * GitHub's own GraphQL schema, so that a query which GitHub would refuse is refused here. Source:
 * `@octokit/graphql-schema`; a build ships the text beside the bundle as `github.graphql`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql'

/** File name of the schema next to the bundle. */
const SHIPPED = 'github.graphql'

function schemaPath(): string {
  const here = import.meta.dirname
  const shipped = [join(here, SHIPPED), join(here, '..', SHIPPED)].find(path => existsSync(path))
  return shipped ?? createRequire(import.meta.url).resolve('@octokit/graphql-schema/schema.graphql')
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
