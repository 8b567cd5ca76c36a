/** Finds out who answers: user, terminal, and the processes above this one. */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import type { Answerer } from '../../state/answerer.ts'
import { clean } from '../../state/clean.ts'
import { redact } from '../../state/redact.ts'

const MOST_PARENTS = 16
const LONGEST_LINE = 200

/** Who acts, as the journal names an author. */
export const whoActs = (): string => `${userInfo().username}@${hostname()} pid ${process.pid}`

/** `isTerminal` is what the caller saw of its own input and output. */
export function whoAnswers(isTerminal: boolean): Answerer {
  return {
    user: userInfo().username,
    host: hostname(),
    pid: process.pid,
    tty: isTerminal ? terminalName() : null,
    parents: parentsOf(process.pid),
  }
}

/** The name of the terminal at stdin, where the system tells it. */
function terminalName(): string {
  try {
    return readlinkSync('/proc/self/fd/0')
  } catch {
    return 'a terminal'
  }
}

/** Empty where there is no /proc: the answer is journaled without them. */
function parentsOf(pid: number): string[] {
  const lines: string[] = []
  for (let at = pid; at > 1 && lines.length < MOST_PARENTS; ) {
    try {
      const argv = readFileSync(`/proc/${at}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      lines.push(redact(clean(argv)).slice(0, LONGEST_LINE))
      const stat = readFileSync(`/proc/${at}/stat`, 'utf8')
      at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    } catch {
      break
    }
  }
  return lines
}
