/**
 * Reads crontab text as Vixie cron and its heirs (Debian cron, cronie) do: comments, environment
 * lines, nicknames, `%`. A line that they would refuse is kept as unreadable, never guessed at.
 */
import { type Schedule, scheduleFault } from './schedule.ts'

export interface CronJob {
  /** Line number, from 1. */
  line: number
  /** The time part as written: `*\/15 * * * *` or `@daily`. */
  expression: string
  /** Five fields; `reboot` runs once at boot. */
  schedule: Schedule
  /** What the shell runs: up to the first bare `%`, with `\%` as `%`. */
  command: string
  /** What follows the first bare `%`: the command's standard input. */
  stdin: string | null
  /** The environment lines above it. */
  env: ReadonlyMap<string, string>
}

export interface UnreadableLine {
  line: number
  text: string
  why: string
}

export interface Crontab {
  jobs: CronJob[]
  unreadable: UnreadableLine[]
}

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const MAX_LINES = 2_000
/** Cron's own limit is 998; what is longer is shown cut. */
const MAX_LINE_CHARS = 4_096

/** Parses the text of `crontab -l`. Never throws; every line is a job, unreadable, or nothing. */
export function parseCrontab(text: string): Crontab {
  const jobs: CronJob[] = []
  const unreadable: UnreadableLine[] = []
  let env: ReadonlyMap<string, string> = new Map()
  const lines = text.split(/\r?\n/)
  for (const [index, raw] of lines.slice(0, MAX_LINES).entries()) {
    const line = index + 1
    const content = raw.trim()
    const refuse = (why: string) =>
      unreadable.push({ line, text: content.slice(0, MAX_LINE_CHARS), why })
    if (content === '' || content.startsWith('#')) continue
    if (content.length > MAX_LINE_CHARS) {
      refuse(`it is longer than ${MAX_LINE_CHARS} characters`)
      continue
    }
    const setting = parseSetting(content)
    if (setting) {
      env = new Map([...env, setting])
      continue
    }
    const entry = parseEntry(content)
    if (typeof entry === 'string') refuse(entry)
    else jobs.push({ line, env, ...entry })
  }
  if (lines.length > MAX_LINES) {
    const why = `only the first ${MAX_LINES} lines of a crontab are read`
    unreadable.push({ line: MAX_LINES + 1, text: '', why })
  }
  return { jobs, unreadable }
}

/** `NAME=value`, either side quoted or not. */
function parseSetting(content: string): [string, string] | null {
  const [, name, value] = /^["']?([A-Za-z_]\w*)["']?\s*=\s*(.*)$/.exec(content) ?? []
  if (name === undefined || value === undefined) return null
  const [, , inner] = /^(["'])(.*)\1$/.exec(value) ?? []
  return [name, inner ?? value]
}

type Entry = Pick<CronJob, 'expression' | 'schedule' | 'command' | 'stdin'>

/** The entry, or why it is none. */
function parseEntry(content: string): Entry | string {
  const [, expression, rest] =
    (content.startsWith('@')
      ? /^(\S+)\s+(.*)$/.exec(content)
      : /^((?:\S+\s+){4}\S+)\s+(.*)$/.exec(content)) ?? []
  if (expression === undefined || rest === undefined) {
    return content.startsWith('@')
      ? 'it has no command'
      : 'it has not five time fields and a command'
  }
  const schedule = readSchedule(expression)
  if ('fault' in schedule) return schedule.fault
  const { command, stdin } = splitCommand(rest)
  if (command === '') return 'it has no command'
  return { expression: expression.replace(/\s+/g, ' '), schedule, command, stdin }
}

function readSchedule(expression: string): Schedule | { fault: string } {
  if (expression === '@reboot') return { kind: 'reboot' }
  const nickname = expression.startsWith('@') ? NICKNAMES[expression.toLowerCase()] : undefined
  if (expression.startsWith('@') && !nickname) return { fault: `cron knows no ${expression}` }
  const schedule: Schedule = {
    kind: 'fields',
    fields: nickname ?? expression.toLowerCase().replace(/\s+/g, ' '),
  }
  const fault = scheduleFault(schedule)
  return fault === null ? schedule : { fault }
}

/** An unescaped `%` ends the command; further ones are newlines of its input. */
function splitCommand(text: string): { command: string; stdin: string | null } {
  const parts = text.split(/(?<!\\)%/).map(part => part.replaceAll('\\%', '%'))
  const [command = '', ...input] = parts
  return { command: command.trim(), stdin: input.length === 0 ? null : `${input.join('\n')}\n` }
}
