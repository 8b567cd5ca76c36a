/**
 * The commands of a repository's workflow files (GitHub Actions), in their order. What only GitHub
 * can run or work out (`uses:`, `if:`, expressions, services) is told as not run, and why.
 */
import { parse } from 'yaml'
import { asList, asObject, asText, clip, type JsonObject } from '../../adapters/foreign.ts'

export interface WorkflowFile {
  path: string
  text: string
}

export interface WorkflowStep {
  file: string
  job: string
  name: string
  does:
    | { kind: 'run'; argv: string[]; directory: string; env: Record<string, string> }
    | { kind: 'skip'; why: string }
}

const MOST_STEPS = 200
const EXPRESSION = /\$\{\{/

/** How GitHub starts each shell; its script is an argument, never spliced into anything. */
const SHELLS: Readonly<Record<string, readonly string[]>> = {
  default: ['bash', '-e', '-c'],
  bash: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'],
  sh: ['sh', '-e', '-c'],
}

/** Throws an Error for a person when a file is no YAML. */
export function stepsOf(files: readonly WorkflowFile[]): WorkflowStep[] {
  return files.flatMap(stepsOfFile).slice(0, MOST_STEPS)
}

function stepsOfFile({ path, text }: WorkflowFile): WorkflowStep[] {
  const workflow = asObject(readYaml(path, text))
  return Object.entries(asObject(workflow?.['jobs']) ?? {}).flatMap(([job, value]) => {
    const body = asObject(value) ?? {}
    const scopes = [workflow ?? {}, body]
    return asList(body['steps']).map((step, index): WorkflowStep => {
      const own = asObject(step) ?? {}
      const name = asText(own['name']) ?? asText(own['run']) ?? asText(own['uses']) ?? ''
      const first = name.split('\n')[0] || `step ${index + 1}`
      return { file: path, job, name: clip(first, 120), does: doing(own, body, scopes) }
    })
  })
}

function readYaml(path: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 20, logLevel: 'error' })
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message.split('\n')[0]}`, {
      cause: error,
    })
  }
}

function doing(step: JsonObject, job: JsonObject, scopes: JsonObject[]): WorkflowStep['does'] {
  const run = asText(step['run'])
  const defaults = scopes.map(scope => asObject(asObject(scope['defaults'])?.['run']) ?? {})
  const setting = (name: string) =>
    [...defaults, step].map(scope => asText(scope[name])).findLast(text => text !== null)
  const shell = setting('shell') ?? 'default'
  const directory = setting('working-directory') ?? '.'
  const env = Object.assign({}, ...[...scopes, step].map(scope => textsOf(scope['env'])))
  if (run === null) return skip(`only GitHub can run it: ${asText(step['uses']) ?? 'no command'}`)
  if ('if' in step || 'if' in job) return skip('it has a condition: if')
  if ('services' in job || 'container' in job) return skip('its job wants containers of its own')
  if ([run, directory, ...Object.values(env)].some(text => EXPRESSION.test(String(text)))) {
    return skip('it holds an expression that only GitHub can work out')
  }
  const words = SHELLS[shell]
  if (words === undefined) return skip(`its shell is ${shell}`)
  if (directory.startsWith('/') || directory.split('/').includes('..')) {
    return skip(`it works outside of the repository, in ${directory}`)
  }
  return { kind: 'run', argv: [...words, run], directory, env }
}

const skip = (why: string) => ({ kind: 'skip' as const, why })

const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asObject(value) ?? {}).map(([name, text]) => [name, String(text)]),
  )
