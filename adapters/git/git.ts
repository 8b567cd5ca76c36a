/** Runs git on one repository: arguments as a list, never through a shell, never asking a person. */
import { type CommandLimits, type RunCommand, runCommand } from '../command.ts'

/** Why git came to nothing. Its message is git's: foreign text. */
export class GitFault extends Error {
  override readonly name = 'GitFault'
  /** Exit code; null when it did not come to its own end. */
  readonly code: number | null
  constructor(what: string, code: number | null, message: string) {
    super(`git ${what}: ${message}`)
    this.code = code
  }
}

export interface GitAnswer {
  code: number
  stdout: string
  stderr: string
}

export interface Git {
  /** How it ended, whatever that was. Rejects with GitFault when it did not come to its own end. */
  attempt(args: readonly string[], limits?: CommandLimits): Promise<GitAnswer>
  /** What it printed, without the last newline. Rejects with GitFault when it failed. */
  run(args: readonly string[], limits?: CommandLimits): Promise<string>
}

const TIMEOUT_MS = 120_000
const MAX_BYTES = 64 * 2 ** 20

/** git in `dir`. What the operator's own configuration says must not change what it prints. */
export function gitIn(dir: string, env: NodeJS.ProcessEnv, command: RunCommand = runCommand): Git {
  const surroundings = {
    ...env,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  }
  const attempt: Git['attempt'] = async (args, limits = {}) => {
    const [what = ''] = args
    const ran = await command('git', ['-C', dir, ...args], {
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      ...limits,
      env: { ...surroundings, ...limits.env },
    })
    if (ran.kind === 'missing') throw new GitFault(what, null, 'git is not on this machine')
    if (ran.kind === 'broken') throw new GitFault(what, null, ran.message)
    return ran
  }
  return {
    attempt,
    run: async (args, limits) => {
      const { code, stdout, stderr } = await attempt(args, limits)
      if (code === 0) return stdout.replace(/\n$/, '')
      throw new GitFault(args[0] ?? '', code, lastLine(stderr) || `ended with ${code}`)
    },
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''
