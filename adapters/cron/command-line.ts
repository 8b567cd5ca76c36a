/** What a cron job's command says of itself: the name of its script, and the log it writes. */
import { isAbsolute, join } from 'node:path'
import { type ShellToken, shellWords } from './shell-words.ts'

/** Programs that run another one, and how many plain arguments they take before it. */
const RUNNERS: Readonly<Record<string, number>> = {
  bash: 0,
  bun: 0,
  chronic: 0,
  dash: 0,
  deno: 0,
  env: 0,
  exec: 0,
  flock: 1,
  ionice: 0,
  nice: 0,
  node: 0,
  nohup: 0,
  npx: 0,
  perl: 0,
  python: 0,
  python3: 0,
  ruby: 0,
  setsid: 0,
  sh: 0,
  sleep: 1,
  stdbuf: 0,
  sudo: 0,
  time: 0,
  timeout: 1,
  zsh: 0,
}
/** Commands that prepare; the job is what follows them. */
const PREPARES = new Set([
  'cd',
  'export',
  'source',
  '.',
  'set',
  'umask',
  'ulimit',
  'test',
  '[',
  'sleep',
])
const SHELLS = new Set(['bash', 'dash', 'sh', 'zsh'])
const SCRIPT = /\.(?:sh|bash|py|mjs|cjs|js|ts|rb|pl)$/
const ASSIGNMENT = /^[A-Za-z_]\w*=/
const MAX_NAME = 60
const MAX_DEPTH = 3

/** The basename of the job's script or program without its extension; the command itself failing that. */
export function jobName(command: string, depth = 0): string {
  const commands = simpleCommands(shellWords(command))
  const job = commands.find(words => !PREPARES.has(basename(words[0] ?? ''))) ?? commands[0]
  const name = job && nameOf(job, depth)
  return (name || command.trim()).slice(0, MAX_NAME)
}

/** The commands between operators, each without the assignments before it. */
function simpleCommands(tokens: readonly ShellToken[]): string[][] {
  const commands: string[][] = [[]]
  for (const token of tokens) {
    if (token.kind === 'operator') commands.push([])
    else if (token.kind === 'word') {
      const words = commands.at(-1)
      if (words?.length || !ASSIGNMENT.test(token.text)) words?.push(token.text)
    }
  }
  return commands.filter(words => words.length > 0)
}

function nameOf(words: readonly string[], depth: number): string {
  const script = words.find(word => SCRIPT.test(word) && !/\s/.test(word))
  if (script) return basename(script).replace(SCRIPT, '')
  let plain = 0
  let runner = ''
  for (const [index, word] of words.entries()) {
    const before = words[index - 1] ?? ''
    const isValueOfOption = before.startsWith('-') && /^\d/.test(word)
    if (SHELLS.has(runner) && /^-\w*c$/.test(before) && depth < MAX_DEPTH) {
      return jobName(word, depth + 1)
    }
    if (word.startsWith('-') || isValueOfOption || ASSIGNMENT.test(word)) continue
    if (plain > 0) plain--
    else if (Object.hasOwn(RUNNERS, basename(word))) {
      runner = basename(word)
      plain = RUNNERS[runner] ?? 0
    } else return basename(word)
  }
  return basename(words[0] ?? '')
}

const basename = (path: string): string => path.split('/').findLast(part => part !== '') ?? path

/**
 * The file that the command's output goes to, as an absolute path; null when it goes nowhere, or
 * where we cannot know (a variable of its own, a relative path after `cd`).
 */
export function outputFile(
  command: string,
  home: string,
  env: ReadonlyMap<string, string>,
): string | null {
  const tokens = shellWords(command)
  const path = tokens
    .flatMap(token =>
      token.kind === 'output' && token.fd !== 2 ? (fill(token.target, home, env) ?? []) : [],
    )
    .findLast(target => target !== '/dev/null')
  if (path === undefined || isAbsolute(path)) return path ?? null
  const moves = tokens.some(token => token.kind === 'word' && token.text === 'cd')
  return moves ? null : join(home, path)
}

/** Puts in `~`, `$HOME` and the crontab's own variables; null when another one is left. */
function fill(target: string, home: string, env: ReadonlyMap<string, string>): string | null {
  if (target.startsWith('&')) return null
  const path = target.startsWith('~/') ? join(home, target.slice(2)) : target
  const filled = path.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? ''
    return env.get(name) ?? (name === 'HOME' ? home : whole)
  })
  return /[$`]/.test(filled) ? null : filled
}
