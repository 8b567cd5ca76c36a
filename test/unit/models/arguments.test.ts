import { describe, expect, it } from 'vitest'
import { readArguments } from '../../../adapters/agent-arguments.ts'

const words = (line: string): string[] => line.split(' ')

describe('a command line of Codex', () => {
  it.each<[string, readonly string[]]>([
    ['codex exec --json -', []],
    ['codex exec --dangerously-bypass-approvals-and-sandbox -', ['--yolo']],
    ['codex --yolo exec -', ['--yolo']],
    ['codex exec -s danger-full-access', ['--sandbox danger-full-access']],
    ['codex exec --sandbox=danger-full-access', ['--sandbox danger-full-access']],
    ['codex exec -sdanger-full-access', ['--sandbox danger-full-access']],
    ['codex exec --sandbox workspace-write', []],
    ['codex exec --full-auto', []],
    ['codex exec -c sandbox_mode=danger-full-access', ['sandbox_mode danger-full-access']],
    ['codex exec -c sandbox_mode="danger-full-access"', ['sandbox_mode danger-full-access']],
    ['codex exec --config=approval_policy=never', ['approval_policy never']],
    ['codex -a never exec -', ['--ask-for-approval never']],
    ['codex -a on-request exec -', []],
    [
      'codex exec -c profiles.night.sandbox_mode=danger-full-access',
      ['sandbox_mode danger-full-access'],
    ],
    ['codex exec -- --yolo -s danger-full-access', []],
    ['codex exec --yolo --yolo', ['--yolo']],
  ])('[B16] %s', (line, bypass) => {
    expect(readArguments('codex', words(line)).bypass).toEqual(bypass)
  })

  it.each<[string, readonly string[]]>([
    ['codex exec --model gpt-5.5-mini -', ['gpt-5.5-mini']],
    ['codex exec --model=gpt-5.5-mini -', ['gpt-5.5-mini']],
    ['codex exec -m gpt-5.5-mini', ['gpt-5.5-mini']],
    ['codex exec -mgpt-5.5-mini', ['gpt-5.5-mini']],
    ["codex exec -c model='gpt-5.5-mini' -c review_model=o9", ['gpt-5.5-mini', 'o9']],
    ['codex exec -c model_provider=mock', []],
    ['codex exec -', []],
    ['codex exec --model', []],
  ])('[B06] names its models: %s', (line, models) => {
    expect(readArguments('codex', words(line)).models).toEqual(models)
  })
})

describe('a command line of Claude', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['claude -p --dangerously-skip-permissions', ['--dangerously-skip-permissions'], []],
    [
      'claude --permission-mode bypassPermissions --model opus',
      ['--permission-mode bypassPermissions'],
      ['opus'],
    ],
    [
      'node /opt/claude/cli.js --permission-mode=bypassPermissions',
      ['--permission-mode bypassPermissions'],
      [],
    ],
    ['claude --permission-mode acceptEdits --fallback-model haiku', [], ['haiku']],
    // Flags of the other engine mean something else here.
    ['claude -c -s danger-full-access -m opus --yolo', [], []],
  ])('[B06] [B16] %s', (line, bypass, models) => {
    expect(readArguments('claude', words(line))).toEqual({ bypass, models })
  })
})

it('repeats nothing of a command line that is not a model by its looks', () => {
  const argv = [
    'codex',
    '--model',
    'a secret, with spaces',
    '-c',
    'model=\u001b[2J',
    '-m',
    'x'.repeat(500),
  ]
  expect(readArguments('codex', argv)).toEqual({ models: [], bypass: [] })
})
