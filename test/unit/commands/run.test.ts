import { describe, expect, it } from 'vitest'
import { remoteCommand } from '../../../src/commands/rsh.ts'
import { exitCodeOf } from '../../../src/commands/run.ts'
import type { RunOutcome } from '../../../src/rpc/hub-api.ts'

const link = (kind: 'unreachable' | 'unknown-outcome' | 'refused'): RunOutcome => ({
  kind: 'transport',
  failure: { kind, message: 'gone', mend: 'wait' },
})

describe('the exit code of a run', () => {
  it.each<[string, RunOutcome, number]>([
    ['the command’s own', { kind: 'exit', exit: { code: 3, signal: null } }, 3],
    ['[A04] its own 255', { kind: 'exit', exit: { code: 255, signal: null } }, 255],
    ['its signal', { kind: 'exit', exit: { code: null, signal: 'TERM' } }, 143],
    ['its signal by full name', { kind: 'exit', exit: { code: null, signal: 'SIGKILL' } }, 137],
    ['[A04] nothing ran', link('unreachable'), 69],
    ['[A04] the outcome is unknown', link('unknown-outcome'), 75],
    ['refused', link('refused'), 77],
    ['a dead lock', { kind: 'stale-lock', holder: 'x', message: 'dead' }, 77],
  ])('%s', (_what, outcome, code) => {
    const said: string[] = []
    expect(exitCodeOf(outcome, line => said.push(line))).toBe(code)
    expect(said.length).toBe(outcome.kind === 'exit' ? 0 : 1)
  })
})

describe('what rsync and git call', () => {
  it.each([
    ['rsync', ['factory', 'rsync', '--server', '-e.L', '.', '/src'], 'rsync --server -e.L . /src'],
    ['rsync with a user', ['-l', 'agent', 'factory', 'rsync', '--server'], 'rsync --server'],
    [
      'git',
      ['-o', 'SendEnv=GIT_PROTOCOL', 'factory', "git-upload-pack '/r'"],
      "git-upload-pack '/r'",
    ],
  ])('%s', (_who, words, command) => {
    expect(remoteCommand(words)).toBe(command)
  })

  it.each([[['-G', 'factory']], [['-p', '22', 'factory', 'true']], [['factory']], [[]]])(
    'refuses %j rather than guess',
    words => {
      expect(() => remoteCommand(words)).toThrow(/rsh/)
    },
  )
})
